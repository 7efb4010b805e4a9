package tenancy

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// rehearse tells what the operation would do, when all but the commit is done.
func (u *undertaking) rehearse(ctx context.Context) error {
	u.outcome.Forecast = &Forecast{}
	if len(u.op.rows) == 0 {
		return nil
	}
	forecast, err := u.service.committer.Rehearse(ctx, u.op.change())
	if err != nil {
		return u.service.uncommitted(ctx, u.op, err)
	}
	*u.outcome.Forecast, err = u.shown(ctx, forecast.asAsked())
	if err != nil && !isOvertaken(err) {
		err = storeError(err)
	}
	return err
}

// asAsked puts the names of the API in the place of the schema's: a permission that has
// several there is told by each.
func (f Forecast) asAsked() Forecast {
	return Forecast{Gained: asAsked(f.Gained), Lost: asAsked(f.Lost), Truncated: f.Truncated}
}

func asAsked(questions []Question) (asked []Question) {
	for _, q := range questions {
		for _, name := range permissions[q.Resource.Type] {
			if permissionOn(q.Resource.Type, name) == q.Permission {
				asked = append(asked, Question{Subject: q.Subject, Permission: name, Resource: q.Resource})
			}
		}
	}
	slices.SortFunc(asked, func(a, b Question) int {
		return cmp.Or(
			strings.Compare(a.Resource.String(), b.Resource.String()),
			strings.Compare(a.Subject.String(), b.Subject.String()),
			strings.Compare(a.Permission, b.Permission),
		)
	})
	return asked
}
