package measure

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// EmptyGin answers a check with the same JSON as the service, after reading the question
// and without deciding anything: what any service with Gin pays at least. It allows
// everything, as [AllAllowed] expects.
func EmptyGin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.POST("/v1/check", func(c *gin.Context) {
		var question struct {
			Subject    tenancy.Object `json:"subject"`
			Permission string         `json:"permission"`
			Resource   tenancy.Object `json:"resource"`
		}
		if err := c.ShouldBindJSON(&question); err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		c.JSON(http.StatusOK, struct {
			Allowed bool   `json:"allowed"`
			Token   string `json:"token"`
		}{true, "AQFvcmdfMDZjYmJhcTgwMDdoZ2Rsb2o4NGExazZlZ28"})
	})
	return engine
}
