"""Controls on namespaces, network policies, quotas and RBAC."""
