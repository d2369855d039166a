"""Tenants: namespaces that are isolated, limited and owned."""

from .certificate import Certificate, CertificateUse
from .edge_certificate import EdgeCertificate
from .intent import Flow, ForeignPods, Network, Pods, Port, Protocol, allow
from .model import Access, BreakGlass, Namespace, PodSecurity, Quota, TenantArgs
from .rbac import Role, Roles
from .secret import SecretCopy, StoredSecrets
from .tenant import Tenant
from .workload import Workload

__all__ = [
    "Access",
    "BreakGlass",
    "Certificate",
    "CertificateUse",
    "EdgeCertificate",
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
    "SecretCopy",
    "StoredSecrets",
    "Tenant",
    "TenantArgs",
    "Workload",
    "allow",
]
