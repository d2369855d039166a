"""What the preflight finds out about a cluster."""

from dataclasses import dataclass
from enum import StrEnum

from ..network_policy_engine import NetworkPolicyEngine


class AnonymousAccess(StrEnum):
    """How far a request without credentials gets."""

    OFF = "off"
    """It is refused, 401; the health paths may still answer."""
    LIMITED = "limited"
    """It counts as system:anonymous and RBAC decides, 403: the default of most clusters."""
    ON = "on"
    """It may list namespaces."""


@dataclass(frozen=True, kw_only=True)
class ClusterFacts:
    """What the preflight found."""

    server_version: str
    """Such as v1.37.2."""
    minor: int
    network_policy_engines: tuple[NetworkPolicyEngine, ...]
    """What enforces NetworkPolicies; empty where nothing known runs."""
    has_nodes: bool
    pod_security_admission: bool
    """Whether the Pod Security plugin runs; found by its answer, not by the version."""
    validating_admission_policy: bool
    """Whether admissionregistration.k8s.io/v1 serves ValidatingAdmissionPolicies."""
    anonymous_access: AnonymousAccess
