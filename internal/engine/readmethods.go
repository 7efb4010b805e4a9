package engine

import (
	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/grpc/codes"
	health "google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
)

// readMethods are the methods that auditors may call. What is not in the list is refused:
// a method that a later SpiceDB adds is a write until somebody has looked at it.
var readMethods = map[string]bool{
	v1.PermissionsService_CheckPermission_FullMethodName:         true,
	v1.PermissionsService_CheckBulkPermissions_FullMethodName:    true,
	v1.PermissionsService_ExpandPermissionTree_FullMethodName:    true,
	v1.PermissionsService_LookupResources_FullMethodName:         true,
	v1.PermissionsService_LookupSubjects_FullMethodName:          true,
	v1.PermissionsService_ReadRelationships_FullMethodName:       true,
	v1.PermissionsService_ExportBulkRelationships_FullMethodName: true,

	v1.SchemaService_ReadSchema_FullMethodName:                             true,
	v1.SchemaService_ReflectSchema_FullMethodName:                          true,
	v1.SchemaService_ComputablePermissions_FullMethodName:                  true,
	v1.SchemaService_DependentRelations_FullMethodName:                     true,
	v1.SchemaService_DiffSchema_FullMethodName:                             true,
	v1.WatchService_Watch_FullMethodName:                                   true,
	health.Health_Check_FullMethodName:                                     true,
	health.Health_Watch_FullMethodName:                                     true,
	health.Health_List_FullMethodName:                                      true,
	reflectionv1.ServerReflection_ServerReflectionInfo_FullMethodName:      true,
	reflectionv1alpha.ServerReflection_ServerReflectionInfo_FullMethodName: true,

	// What zed of older releases calls.
	v1.ExperimentalService_BulkCheckPermission_FullMethodName:               true,
	v1.ExperimentalService_BulkExportRelationships_FullMethodName:           true,
	v1.ExperimentalService_ExperimentalReflectSchema_FullMethodName:         true,
	v1.ExperimentalService_ExperimentalComputablePermissions_FullMethodName: true,
	v1.ExperimentalService_ExperimentalDependentRelations_FullMethodName:    true,
	v1.ExperimentalService_ExperimentalDiffSchema_FullMethodName:            true,
}

// Reads reports whether auditors may call a method of SpiceDB's API, by its full name.
func Reads(method string) bool { return readMethods[method] }

// ErrReadOnly is what they get of all others.
var ErrReadOnly = status.Error(codes.PermissionDenied, "this listener is for reading")
