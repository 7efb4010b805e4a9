package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/httpapi/authzen"
	"github.com/tenantry/tenantry/internal/httpapi/ratelimit"
	"github.com/tenantry/tenantry/internal/observe"
	"github.com/tenantry/tenantry/internal/server"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// node is a running service: the record, the engine beside it, and the API over both.
type node struct {
	settings  config.Config
	words     authzen.Mapping
	log       *slog.Logger
	watch     *observe.Observer
	out       io.Writer // what an operator is told
	listener  net.Listener
	gate      server.Gate
	starting  starting
	store     record
	engine    decider
	clock     tenancy.Clock
	service   *tenancy.Service
	handler   http.Handler   // the API of a node that is ready
	work      sync.WaitGroup // runs while mails are sent, what is over is ended, and what is late delivered
	endUses   func()
	endTraces func() error
}

// runNode opens a node and serves until the context ends. It listens before it opens the
// record, so callers are told to wait rather than refused. ready is called when the API
// answers.
func runNode(ctx context.Context, settings config.Config, out, logs io.Writer, ready func(context.Context, *node) error) error {
	n := &node{settings: settings, log: settings.Logger(logs), out: out}
	var err error
	if n.words, err = authzen.ReadMapping(settings.AuthZENMapping); err != nil {
		return &invalidError{fmt.Errorf("--authzen-mapping: %w", err)}
	}
	if err := n.observe(ctx); err != nil {
		return err
	}
	listener, err := server.Listen(ctx, settings.Listen)
	if err != nil {
		return err
	}
	n.listener = listener
	n.starting.wait("record")
	n.gate.Set(n.starting.handler(n.api()))

	asked := ctx // ends when the process is asked to stop
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() {
		defer cancel()
		served <- server.Serve(ctx, listener, &n.gate, settings.DrainTimeout)
	}()
	err = n.open(ctx)
	if err == nil {
		err = ready(ctx, n)
	}
	if err != nil {
		cancel()
	}
	if asked.Err() != nil {
		err = nil // a start that was broken off has not failed
	}
	return errors.Join(err, <-served, n.close())
}

// open makes the node ready, step by step.
func (n *node) open(ctx context.Context) (err error) {
	if err := n.openParts(ctx); err != nil {
		return err
	}
	if err := n.bootstrap(ctx); err != nil {
		return err
	}
	authenticator, err := n.authenticator(ctx)
	if err != nil {
		return err
	}
	decisions, err := delivery.NewCached(n.deliverer(), n.settings.DecisionCache)
	if err != nil {
		return err
	}
	n.repeat(ctx, sweepInterval, decisions.Sweep)
	n.repeat(ctx, relayInterval, decisions.Relay)
	n.reconcile(ctx, decisions)
	n.measure(decisions)
	n.service = tenancy.NewService(observe.Store{Store: n.store, Probe: n.watch}, decisions, decisions, n.clock, tenancy.Options{
		ForbidSelfGrants: n.settings.ForbidSelfGrants,
		AnswerLife:       n.settings.IdempotencyTTL,
		InvitationTTL:    n.settings.Mail.InvitationTTL, InvitationCooldown: n.settings.Mail.InvitationCooldown,
		MailInvitations: n.settings.Mail.SMTPHost != "",
		Pasts:           n.engine,
		Log:             n.log,
	})
	if err := n.startMail(ctx); err != nil {
		return err
	}
	api := n.api()
	if api.CursorKey, err = n.store.Secret(ctx, "cursor"); err != nil {
		return err
	}
	api.Service, api.Authenticator, api.Ready = n.service, authenticator, n.missing
	n.handler = httpapi.New(api)
	n.gate.Set(n.handler)
	if e, ok := n.engine.(*clusterEngine); ok {
		n.guard(ctx, e)
	}
	return nil
}

// authenticator knows callers by their keys and, with an issuer, users by their tokens.
func (n *node) authenticator(ctx context.Context) (httpapi.Authenticator, error) {
	keys, err := authn.New(n.store, n.clock, n.gatherUses(ctx), n.settings.BootstrapKey)
	from := n.settings.OIDC
	if err != nil || from.Issuer == "" {
		return keys, err
	}
	issuer := authn.Issuer{URL: from.Issuer, Audience: from.Audience, UserClaim: from.UserClaim, Skew: from.ClockSkew}
	return authn.WithTokens{Authenticator: keys, Tokens: authn.NewTokens(issuer, tenancy.SystemClock{})}, nil
}

// How long those who read the engine past the API may see what is over, and miss what a node
// has committed that died before it could deliver it.
const (
	sweepInterval = 2 * time.Second
	relayInterval = 2 * time.Second
)

// repeat does something at every tick of an interval, until ctx ends.
func (n *node) repeat(ctx context.Context, interval time.Duration, do func(context.Context, <-chan time.Time)) {
	n.work.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		do(ctx, ticker.C)
	})
}

func (n *node) api() httpapi.Config {
	return httpapi.Config{
		Log:            n.log,
		Observer:       n.watch,
		Metrics:        n.watch.Metrics(),
		RequestTimeout: n.settings.RequestTimeout,
		MaxBodyBytes:   n.settings.MaxBody,
		RequireIfMatch: n.settings.RequireIfMatch,
		RateLimit:      ratelimit.Limit(n.settings.RateLimit),
		AuthZENMapping: n.words,
		PublicURL:      n.settings.PublicURL,
	}
}

// usesPause is how late the record may tell when an access key was used last.
const usesPause = time.Minute

// gatherUses writes from time to time when access keys were used. That ends with endUses,
// when no call is served any more.
func (n *node) gatherUses(ctx context.Context) *authn.Uses {
	uses := authn.NewUses(n.store, n.log)
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(usesPause)
		defer ticker.Stop()
		uses.Run(ctx, ticker.C)
	}()
	n.endUses = func() {
		stop()
		<-ended
	}
	return uses
}

func (n *node) close() error {
	n.work.Wait()
	var errs []error
	if n.endUses != nil {
		n.endUses()
	}
	if n.engine != nil {
		errs = append(errs, n.engine.Stop())
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.endTraces != nil {
		errs = append(errs, n.endTraces())
	}
	return errors.Join(errs...)
}

// bootstrap makes the first platform key of a record that has none, and prints it once.
func (n *node) bootstrap(ctx context.Context) error {
	if n.settings.BootstrapKey != "" {
		return nil
	}
	keys, err := n.store.ServiceKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	_, err = n.newKey(ctx, tenancy.PlatformKey, "first start")
	return err
}

// newKey makes a key and prints its secret, which can't be had again.
func (n *node) newKey(ctx context.Context, kind tenancy.KeyKind, name string) (secret string, err error) {
	key, secret, err := authn.NewServiceKey(kind, name, n.clock.Now())
	if err != nil {
		return "", err
	}
	if err := n.store.AddServiceKey(ctx, key); err != nil {
		return "", err
	}
	fmt.Fprintf(n.out, "%s key (shown this one time): %s\n", kind, secret)
	return secret, nil
}
