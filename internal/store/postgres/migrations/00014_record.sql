-- The record: the state in rows, the trails of events, and the credentials of callers. It is
-- as SQLite's migrations 1 to 14 have made it there.
--
-- Times are unix milliseconds, 0 for no time. Texts compare as bytes: ids that differ in case
-- are different, and lists come in the same order as in Go. Documents of JSON are texts, so
-- that what is read is what was written. References are checked when a transaction commits,
-- so the rows of a change may come in any order, and nothing names what was deleted.

-- +goose Up

-- How times are told here: as unix milliseconds.
-- +goose StatementBegin
CREATE FUNCTION millis(at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT floor(extract(epoch FROM at) * 1000)::bigint
$$;
-- +goose StatementEnd

-- The oldest version of the program that may work with this database. A migration that older
-- programs can't live with raises it.
CREATE TABLE oldest_program (
    version bigint NOT NULL
);
INSERT INTO oldest_program VALUES (14);

-- The trees change most: room in their pages lets a new version stand beside the old one.
-- A tree that is no more keeps its row, so that its versions go on if it comes back. ends_at
-- is when something in it ends next.
CREATE TABLE trees (
    root_id text COLLATE "C" NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    ends_at bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX trees_ending ON trees (ends_at) WHERE ends_at > 0;

-- address is the form of the e-mail address by which addresses are compared. searched holds
-- id, e-mail address and name as searches compare them, a line each.
CREATE TABLE users (
    id             text COLLATE "C" NOT NULL PRIMARY KEY,
    email          text COLLATE "C" NOT NULL,
    email_verified boolean NOT NULL,
    name           text COLLATE "C" NOT NULL,
    state          text COLLATE "C" NOT NULL,
    version        bigint NOT NULL CHECK (version > 0),
    address        text COLLATE "C" NOT NULL,
    searched       text COLLATE "C" NOT NULL
);
CREATE INDEX users_of_address ON users (address, id);

-- parent_id is null for a root. name_folded is the name as searches compare it. email_domain
-- is canonical, '' for none, and belongs to one organization (R-30). administered says
-- whether a root has administrators. Do-not-disturb times are from one time of day to another
-- in a time zone; all three are '' for an organization without such times.
CREATE TABLE organizations (
    id                  text COLLATE "C" NOT NULL PRIMARY KEY,
    name                text COLLATE "C" NOT NULL,
    name_folded         text COLLATE "C" NOT NULL,
    parent_id           text COLLATE "C" REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id             text COLLATE "C" NOT NULL REFERENCES trees (root_id) DEFERRABLE INITIALLY DEFERRED,
    depth               bigint NOT NULL,
    isolation           text COLLATE "C" NOT NULL,
    default_dashboard   text COLLATE "C" NOT NULL,
    state               text COLLATE "C" NOT NULL,
    created_at          bigint NOT NULL,
    suspended           boolean NOT NULL,
    email_domain        text COLLATE "C" NOT NULL,
    administered        boolean NOT NULL,
    do_not_disturb_from text COLLATE "C" NOT NULL,
    do_not_disturb_to   text COLLATE "C" NOT NULL,
    do_not_disturb_zone text COLLATE "C" NOT NULL,
    delegated_since     bigint NOT NULL
);
CREATE INDEX organizations_of_root ON organizations (root_id, id);
CREATE INDEX organizations_of_parent ON organizations (parent_id, id);
CREATE UNIQUE INDEX organizations_of_email_domain ON organizations (email_domain) WHERE email_domain <> '';
CREATE INDEX organizations_delegated ON organizations (root_id, id) WHERE isolation = 'delegated';

CREATE TABLE owners (
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    user_id         text COLLATE "C" NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    since           bigint NOT NULL,
    inactive        boolean NOT NULL,
    suspended       boolean NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX owners_of_user ON owners (user_id, organization_id, root_id);

CREATE TABLE subscriptions (
    organization_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    plan            text COLLATE "C" NOT NULL,
    status          text COLLATE "C" NOT NULL
);

-- claims is a JSON array.
CREATE TABLE groups (
    id              text COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    name            text COLLATE "C" NOT NULL,
    claims          text COLLATE "C" NOT NULL,
    created_at      bigint NOT NULL,
    suspended       boolean NOT NULL
);
CREATE INDEX groups_of_organization ON groups (organization_id, id);

CREATE TABLE memberships (
    group_id   text COLLATE "C" NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    role       text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    root_id    text COLLATE "C" NOT NULL,
    since      bigint NOT NULL,
    expires_at bigint NOT NULL,
    self_grant boolean NOT NULL,
    inactive   boolean NOT NULL,
    suspended  boolean NOT NULL,
    PRIMARY KEY (group_id, role, user_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id, role, group_id, root_id);
CREATE INDEX memberships_ending ON memberships (root_id, expires_at) WHERE expires_at > 0;

-- Tenant groups: the organizations and the people in them. parent_id is null for a group that
-- is no subgroup. inherited and modules are JSON arrays of names of modules, or null: those
-- given above a tenant group, those that lead to an organization in it, and those of a user.
CREATE TABLE tenant_groups (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    root_id    text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id  text COLLATE "C" REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    name       text COLLATE "C" NOT NULL,
    depth      bigint NOT NULL,
    created_at bigint NOT NULL,
    inherited  text COLLATE "C" NOT NULL,
    suspended  boolean NOT NULL
);
CREATE INDEX tenant_groups_of_root ON tenant_groups (root_id, id);
CREATE INDEX tenant_groups_of_parent ON tenant_groups (parent_id, id) WHERE parent_id IS NOT NULL;

CREATE TABLE tenant_group_places (
    tenant_group_id text COLLATE "C" NOT NULL REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    since           bigint NOT NULL,
    modules         text COLLATE "C" NOT NULL,
    suspended       boolean NOT NULL,
    PRIMARY KEY (tenant_group_id, organization_id)
);
CREATE INDEX tenant_group_places_of_organization ON tenant_group_places (organization_id, tenant_group_id);

CREATE TABLE tenant_group_users (
    tenant_group_id        text COLLATE "C" NOT NULL REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    user_id                text COLLATE "C" NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    root_id                text COLLATE "C" NOT NULL,
    group_administrator    boolean NOT NULL,
    all_tenant_permissions boolean NOT NULL,
    modules                text COLLATE "C" NOT NULL,
    since                  bigint NOT NULL,
    inactive               boolean NOT NULL,
    suspended              boolean NOT NULL,
    PRIMARY KEY (tenant_group_id, user_id)
);
CREATE INDEX tenant_group_users_of_user ON tenant_group_users (user_id, root_id, tenant_group_id);

-- claims is a JSON array, or null for all claims of the group. tenant_group_id is '' for a
-- link to an organization. One to a tenant group has its root as the organization, and
-- in_tenant_group has nothing but its reference.
CREATE TABLE links (
    group_id        text COLLATE "C" NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    tenant_group_id text COLLATE "C" NOT NULL,
    root_id         text COLLATE "C" NOT NULL,
    scope           text COLLATE "C" NOT NULL,
    claims          text COLLATE "C" NOT NULL,
    created_at      bigint NOT NULL,
    expires_at      bigint NOT NULL,
    unlicensed      boolean NOT NULL,
    suspended       boolean NOT NULL,
    in_tenant_group text COLLATE "C" GENERATED ALWAYS AS (nullif(tenant_group_id, '')) STORED
        REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (group_id, organization_id, tenant_group_id)
);
CREATE INDEX links_into_organization ON links (organization_id, tenant_group_id, group_id);
CREATE INDEX links_to_tenant_group ON links (tenant_group_id, group_id) WHERE tenant_group_id <> '';
CREATE INDEX links_of_tenant_group ON links (in_tenant_group) WHERE in_tenant_group IS NOT NULL;
CREATE INDEX links_of_root ON links (root_id, group_id, organization_id, tenant_group_id);
CREATE INDEX links_ending ON links (root_id, expires_at) WHERE expires_at > 0;
CREATE INDEX links_over_subtree ON links (organization_id, group_id) WHERE scope = 'subtree';

-- reach is 'all', 'list' or 'except'. organizations is a JSON array of ids, or null.
CREATE TABLE administrators (
    root_id         text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    user_id         text COLLATE "C" NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    role            text COLLATE "C" NOT NULL,
    subaccount_role text COLLATE "C" NOT NULL,
    reach           text COLLATE "C" NOT NULL,
    organizations   text COLLATE "C" NOT NULL,
    since           bigint NOT NULL,
    inactive        boolean NOT NULL,
    suspended       boolean NOT NULL,
    PRIMARY KEY (root_id, user_id)
);
CREATE INDEX administrators_of_user ON administrators (user_id, root_id);

-- By what an administrator is found who names an organization: organizations as rows, kept
-- by the triggers below alone.
CREATE TABLE subaccounts (
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    user_id         text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, root_id, user_id)
);
CREATE INDEX subaccounts_of_administrator ON subaccounts (root_id, user_id);

-- A JSON null is no list, and has no items.
-- +goose StatementBegin
CREATE FUNCTION items_of(list text) RETURNS SETOF json LANGUAGE sql IMMUTABLE AS $$
    SELECT json_array_elements(coalesce(nullif(list, 'null'), '[]')::json)
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION subaccounts_of_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM subaccounts WHERE root_id = OLD.root_id AND user_id = OLD.user_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO subaccounts SELECT item #>> '{}', NEW.root_id, NEW.user_id FROM items_of(NEW.organizations) AS item;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER subaccounts_of_administrator AFTER INSERT OR DELETE OR UPDATE OF organizations ON administrators
    FOR EACH ROW EXECUTE FUNCTION subaccounts_of_administrator();

CREATE TABLE invitations (
    id              text COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    group_id        text COLLATE "C" NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    email           text COLLATE "C" NOT NULL,
    mailbox         text COLLATE "C" NOT NULL,
    role            text COLLATE "C" NOT NULL,
    state           text COLLATE "C" NOT NULL,
    invited_by      text COLLATE "C" NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    created_at      bigint NOT NULL,
    sent_at         bigint NOT NULL,
    expires_at      bigint NOT NULL,
    email_folded    text COLLATE "C" NOT NULL
);
CREATE INDEX invitations_of_organization ON invitations (organization_id, id);
CREATE INDEX invitations_in_state ON invitations (organization_id, state, id);
CREATE INDEX invitations_of_group ON invitations (group_id, mailbox, sent_at, id);
CREATE INDEX invitations_of_inviter ON invitations (invited_by);
CREATE INDEX invitations_of_mailbox ON invitations (mailbox, id);
CREATE INDEX invitations_pending ON invitations (group_id, mailbox, id) WHERE state = 'pending';
CREATE INDEX invitations_pending_of_mailbox ON invitations (mailbox, group_id, id) WHERE state = 'pending';
CREATE INDEX invitations_ending ON invitations (root_id, expires_at) WHERE state = 'pending';

-- How the invited person gets the token. Of a token nothing is kept but its hash, null while
-- there is none. mail_at is when the mail is due, 0 if none is; attempts counts how often it
-- was begun. This is no state of a tree: who sends a mail changes nothing that was decided.
CREATE TABLE invitation_tokens (
    invitation_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES invitations (id) ON DELETE CASCADE,
    hash          bytea,
    mail_at       bigint NOT NULL,
    attempts      bigint NOT NULL
);
CREATE UNIQUE INDEX invitation_tokens_of_hash ON invitation_tokens (hash);
CREATE INDEX invitation_mails ON invitation_tokens (mail_at, invitation_id) WHERE mail_at > 0;

-- parent_id is null for a resource without a parent. assigned_to is a JSON array of
-- {type, id}, or null.
CREATE TABLE resources (
    type            text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    name            text COLLATE "C" NOT NULL,
    parent_id       text COLLATE "C",
    assigned_to     text COLLATE "C" NOT NULL,
    suspended       boolean NOT NULL,
    PRIMARY KEY (type, id),
    FOREIGN KEY (type, parent_id) REFERENCES resources (type, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX resources_of_organization ON resources (organization_id, type, id);
CREATE INDEX resources_of_parent ON resources (type, parent_id, id) WHERE parent_id IS NOT NULL;

-- By what a resource is found that is assigned to a machine or agent: assigned_to as rows,
-- kept by the triggers below alone.
CREATE TABLE assignments (
    subject_type  text COLLATE "C" NOT NULL,
    subject_id    text COLLATE "C" NOT NULL,
    resource_type text COLLATE "C" NOT NULL,
    resource_id   text COLLATE "C" NOT NULL,
    PRIMARY KEY (subject_type, subject_id, resource_type, resource_id),
    FOREIGN KEY (subject_type, subject_id) REFERENCES resources (type, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX assignments_of_resource ON assignments (resource_type, resource_id);

-- +goose StatementBegin
CREATE FUNCTION assignments_of_resource() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM assignments WHERE resource_type = OLD.type AND resource_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO assignments
        SELECT item ->> 'type', item ->> 'id', NEW.type, NEW.id FROM items_of(NEW.assigned_to) AS item;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER assignments_of_resource AFTER INSERT OR DELETE OR UPDATE OF assigned_to ON resources
    FOR EACH ROW EXECUTE FUNCTION assignments_of_resource();

-- The tree that last removed a resource of a type and id, and its version then: resources
-- are the one kind whose ids may be used again (D-12).
CREATE TABLE released_resources (
    type    text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    root_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (type, id)
);

-- revoked_at and expires_at are 0 for never. A key that is over stays, and says so in expired
-- once its end is told.
CREATE TABLE access_keys (
    id              text COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id text COLLATE "C" NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         text COLLATE "C" NOT NULL,
    subject_type    text COLLATE "C" NOT NULL,
    subject_id      text COLLATE "C" NOT NULL,
    name            text COLLATE "C" NOT NULL,
    hash            bytea NOT NULL,
    created_at      bigint NOT NULL,
    expires_at      bigint NOT NULL,
    revoked_at      bigint NOT NULL,
    suspended       boolean NOT NULL,
    expired         boolean NOT NULL,
    FOREIGN KEY (subject_type, subject_id) REFERENCES resources (type, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX access_keys_of_organization ON access_keys (organization_id, id);
CREATE INDEX access_keys_of_subject ON access_keys (subject_type, subject_id, id);
CREATE INDEX access_keys_ending ON access_keys (root_id, expires_at)
    WHERE expires_at > 0 AND revoked_at = 0 AND NOT expired;

-- When a key was last used, about. It is no part of the state, and nothing follows from it.
CREATE TABLE access_key_uses (
    id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES access_keys (id) ON DELETE CASCADE,
    at bigint NOT NULL
);

-- Every id that was ever given to a thing whose ids are never used twice (R-13).
CREATE TABLE used_ids (
    kind text COLLATE "C" NOT NULL,
    id   text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, id)
);

-- The trails: a tree's under its root_id, the service's own under ''. Each is a chain of
-- hashes. organizations, updates and joined are JSON arrays, detail is a JSON object.
CREATE TABLE events (
    root_id       text COLLATE "C" NOT NULL,
    seq           bigint NOT NULL,
    at            bigint NOT NULL,
    version       bigint NOT NULL,
    organizations text COLLATE "C" NOT NULL,
    actor_type    text COLLATE "C" NOT NULL,
    actor_id      text COLLATE "C" NOT NULL,
    on_behalf_of  text COLLATE "C" NOT NULL,
    action        text COLLATE "C" NOT NULL,
    target_type   text COLLATE "C" NOT NULL,
    target_id     text COLLATE "C" NOT NULL,
    detail        text COLLATE "C" NOT NULL,
    result        text COLLATE "C" NOT NULL,
    code          text COLLATE "C" NOT NULL,
    request_id    text COLLATE "C" NOT NULL,
    updates       text COLLATE "C" NOT NULL,
    joined        text COLLATE "C" NOT NULL,
    commitment    bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash          bytea NOT NULL,
    PRIMARY KEY (root_id, seq)
);
-- One event a version: what the engine has to receive is read along this index.
CREATE UNIQUE INDEX events_of_version ON events (root_id, version)
    WHERE result = 'done' AND root_id <> '';

-- What names a person beside an id stands beside the chain, with the salt of the commitment
-- that stands for it there: a row can be removed, and nothing else of an event ever changes.
CREATE TABLE event_origins (
    root_id      text COLLATE "C" NOT NULL,
    seq          bigint NOT NULL,
    from_address text COLLATE "C" NOT NULL,
    salt         bytea NOT NULL,
    PRIMARY KEY (root_id, seq)
);

-- By what an event is found in its trail: kind is 'organization' or 'actor'.
CREATE TABLE event_keys (
    root_id text COLLATE "C" NOT NULL,
    kind    text COLLATE "C" NOT NULL,
    value   text COLLATE "C" NOT NULL,
    seq     bigint NOT NULL,
    PRIMARY KEY (root_id, kind, value, seq)
);

-- revoked_at is 0 while the key is good.
CREATE TABLE service_keys (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    kind       text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    hash       bytea NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint NOT NULL
);

-- Answers kept for repeats of requests. One counts until its time; then the next one that is
-- kept removes it.
CREATE TABLE kept_answers (
    key_id  text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    digest  bytea NOT NULL,
    answer  bytea NOT NULL,
    kept_at bigint NOT NULL,
    until   bigint NOT NULL,
    PRIMARY KEY (key_id, user_id, key)
);
CREATE INDEX kept_answers_until ON kept_answers (until);

-- Random keys of this record, each made when it is first asked for.
CREATE TABLE secrets (
    name  text COLLATE "C" NOT NULL PRIMARY KEY,
    value bytea NOT NULL
);

-- What happened and what was used stays so, whatever statement reaches these tables.
-- +goose StatementBegin
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are never %', TG_ARGV[0], TG_ARGV[1];
END $$;
-- +goose StatementEnd
CREATE TRIGGER used_ids_are_not_altered BEFORE UPDATE ON used_ids
    FOR EACH STATEMENT EXECUTE FUNCTION never('used ids', 'altered');
CREATE TRIGGER used_ids_are_not_deleted BEFORE DELETE OR TRUNCATE ON used_ids
    FOR EACH STATEMENT EXECUTE FUNCTION never('used ids', 'deleted');
CREATE TRIGGER events_are_not_altered BEFORE UPDATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION never('events', 'altered');
CREATE TRIGGER events_are_not_deleted BEFORE DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION never('events', 'deleted');
CREATE TRIGGER event_keys_are_not_altered BEFORE UPDATE ON event_keys
    FOR EACH STATEMENT EXECUTE FUNCTION never('events', 'altered');
CREATE TRIGGER event_keys_are_not_deleted BEFORE DELETE OR TRUNCATE ON event_keys
    FOR EACH STATEMENT EXECUTE FUNCTION never('events', 'deleted');
CREATE TRIGGER event_origins_are_not_altered BEFORE UPDATE ON event_origins
    FOR EACH STATEMENT EXECUTE FUNCTION never('origins of events', 'altered');
