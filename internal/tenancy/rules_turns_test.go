package tenancy_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestManyCallersOnOneTreeAllGetTheirTurn has so many callers change one tree at once that,
// each deciding again whenever another was faster, some would never be first.
func TestManyCallersOnOneTreeAllGetTheirTurn(t *testing.T) {
	w := teams(t)
	var callers sync.WaitGroup
	for caller := range 64 {
		callers.Go(func() {
			for i := range 4 {
				_, _, err := w.service.CreateOrganization(w.ctx, w.as("olga"), tenancy.NewOrganization{
					ID: w.id(fmt.Sprintf("new-%d-%d", caller, i)), Name: "New", ParentID: w.id("acme"),
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
}
