"""Tenants: namespaces that are isolated, limited and owned."""

from .intent import Flow, ForeignPods, Network, Pods, Port, Protocol, allow
from .model import Access, BreakGlass, Namespace, PodSecurity, Quota, TenantArgs
from .rbac import Role, Roles
from .tenant import Tenant
from .workload import Workload

__all__ = [
    "Access",
    "BreakGlass",
    "Flow",
    "ForeignPods",
    "Namespace",
    "Network",
    "PodSecurity",
    "Pods",
    "Port",
    "Protocol",
    "Quota",
    "Role",
    "Roles",
    "Tenant",
    "TenantArgs",
    "Workload",
    "allow",
]
