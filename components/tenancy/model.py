"""What a tenant declares: its namespaces, their limits, who has access, and its flows."""

import datetime
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from ..model import DnsLabel, Owner, Quantity, Settings, raise_all
from ..naming import KUBERNETES_NAME_LIMIT, namespace_name
from . import workload
from .api import Apis
from .certificate import Certificates
from .edge_certificate import EdgeCertificates
from .host import Hosts
from .intent import Flow, ForeignPods
from .secret import StoredSecrets
from .workload import Workload

RESERVED_PREFIXES = ("kube-", "openshift-", "istio-", "secure-clusters-")
RESERVED_NAMES = frozenset({"default", "kube", "openshift", "istio"})


class PodSecurity(StrEnum):
    """Levels of the Pod Security Standards: https://kubernetes.io/docs/concepts/security/pod-security-standards/."""

    RESTRICTED = "restricted"
    """Current hardening practice; the default."""
    BASELINE = "baseline"
    """Stops known privilege escalations only; needs a waiver."""
    PRIVILEGED = "privileged"
    """No restriction at all; needs a waiver."""


def _ordinary_group(group: str) -> str:
    if group.startswith("system:"):
        raise ValueError(
            "groups of the system: family belong to the cluster itself; name a group of your identity provider"
        )
    return group


Group = Annotated[str, Field(min_length=1, max_length=253), AfterValidator(_ordinary_group)]
"""A group of the identity provider. Users are never bound: people change, roles stay."""


class BreakGlass(Settings):
    """Emergency access: everything a tenant could ever need inside its namespaces, for a short time."""

    groups: tuple[Group, ...] = Field(min_length=1)
    """Groups that may act in an emergency."""
    expires: datetime.date
    """Last day of the access (UTC). Policy refuses the binding once it has passed."""
    reason: str = Field(min_length=10, max_length=500)
    """Why the access is there; recorded on every binding."""


class Access(Settings):
    """Which groups hold which of the ready roles, in every namespace of the tenant."""

    viewer: tuple[Group, ...] = ()
    """Reads everything but secrets."""
    developer: tuple[Group, ...] = ()
    """Manages workloads; opens a shell in a container only outside production."""
    operator: tuple[Group, ...] = ()
    """Manages workloads and secrets, and debugs running ones."""
    break_glass: BreakGlass | None = None
    """Emergency access with an end."""


class Quota(Settings):
    """Ceilings of one namespace, over all its pods together, and of one pod."""

    cpu: Quantity = "8"
    """CPU cores, requested and limited."""
    memory: Quantity = "16Gi"
    """Memory, requested and limited."""
    ephemeral_storage: Quantity = "32Gi"
    """Local disk of the nodes, requested and limited."""
    storage: Quantity = "100Gi"
    """Sum of all volume claims."""
    pods: Annotated[int, Field(ge=1, le=10_000, strict=True)] = 50
    """Number of pods."""
    load_balancers: Annotated[int, Field(ge=0, le=20, strict=True)] = 0
    """Number of Services of type LoadBalancer; each exposes the namespace outside the cluster."""
    pod_cpu: Quantity = "4"
    """Most CPU cores that one pod may ask for."""
    pod_memory: Quantity = "8Gi"
    """Most memory that one pod may ask for."""


class WorkloadIdentity(Settings):
    """A service account with a role in the cluster's cloud."""

    service_account: DnsLabel
    """Name of the service account, which is created; `default` belongs to pods that name none."""
    grants: tuple[Annotated[str, Field(min_length=3, max_length=500)], ...] = Field(min_length=1)
    """What the role may do, in the words of the cloud. EKS: ARNs of IAM policies, or
    `acme-challenges@hostedZones/<id>`. AKS and GKE: `<role>@<resource>`."""

    @field_validator("service_account")
    @classmethod
    def _is_named(cls, value: str) -> str:
        if value == "default":
            raise ValueError("pods that name no account would get the role; name another")
        return value


class Namespace(Settings):
    """One namespace of a tenant."""

    name: DnsLabel
    """Short name; the full name is `<tenant>-<name>`."""
    pod_security: PodSecurity = PodSecurity.RESTRICTED
    """Pod Security level that the API server enforces."""
    quota: Quota = Field(default_factory=Quota)
    """Ceilings; every pod has to state its requests and limits."""
    identities: tuple[WorkloadIdentity, ...] = ()
    """Service accounts with a role in the cloud, each with what it needs."""
    workloads: tuple[Workload, ...] = ()
    """Workloads that stay in service while nodes are drained; each gets a PodDisruptionBudget."""

    @field_validator("workloads")
    @classmethod
    def _are_told_apart(cls, workloads: tuple[Workload, ...]) -> tuple[Workload, ...]:
        raise_all(list(workload.problems(workloads)))
        return workloads

    certificates: Certificates = ()
    """Certificates for the namespace's Services, by the platform's `tls`."""
    edge_certificates: EdgeCertificates = ()
    """Certificates for hosts of the namespace's Ingresses and Gateways, by the ACME server of the platform's
    `tls.edge`."""
    secrets: StoredSecrets | None = None
    """Secrets that come from the store of the platform's `secrets`."""
    apis: Apis = ()
    """APIs whose requests are counted and limited, by a gateway of the platform's `mesh`."""
    hosts: Hosts = ()
    """Hosts outside the cluster that pods reach through the egress gateway of the platform's `mesh`, and no other."""

    @field_validator("identities")
    @classmethod
    def _differ(cls, identities: tuple[WorkloadIdentity, ...]) -> tuple[WorkloadIdentity, ...]:
        names = [each.service_account for each in identities]
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the service account {name!r} stands twice; put its grants together")
        return identities


class TenantArgs(Settings):
    """A tenant: an owner, its namespaces, who has access and which flows are open."""

    name: DnsLabel
    """Name of the tenant; prefix of its namespaces."""
    owner: Owner
    """Who answers for the tenant."""
    namespaces: tuple[Namespace, ...] = Field(min_length=1)
    """At least one namespace."""
    access: Access = Field(default_factory=Access)
    """Groups and their roles."""
    allow: tuple[Flow, ...] = ()
    """Declared flows; everything else is denied, in both directions."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all([*self._name_problems(), *self._flow_problems()])
        return self

    def _name_problems(self) -> Iterator[str]:
        if self.name in RESERVED_NAMES or f"{self.name}-".startswith(RESERVED_PREFIXES):
            yield f"the tenant name {self.name!r} is reserved for the cluster itself; choose another"
        names = [namespace.name for namespace in self.namespaces]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"the namespace {name!r} is declared twice; remove one"
        for full in (namespace_name(self.name, name) for name in names):
            if len(full) > KUBERNETES_NAME_LIMIT:
                yield (
                    f"the namespace name {full!r} has {len(full)} characters, {KUBERNETES_NAME_LIMIT} are "
                    "allowed; shorten the tenant's or the namespace's name"
                )

    def _flow_problems(self) -> Iterator[str]:
        own = {namespace.name for namespace in self.namespaces}
        own_full = {namespace_name(self.name, name) for name in own}
        flows = [str(flow) for flow in self.allow]
        for text in sorted({text for text in flows if flows.count(text) > 1}):
            yield f"the flow {text} is declared twice; remove one"
        for flow in self.allow:
            for name in sorted(flow.own_namespaces() - own):
                yield (
                    f"the flow {flow} names the namespace {name!r}, which the tenant does not declare; "
                    f"allowed: {', '.join(sorted(own))} (use clusterNamespace for another's)"
                )
            for peer in (flow.from_, flow.to):
                if isinstance(peer, ForeignPods) and peer.cluster_namespace in own_full:
                    yield f"{peer.cluster_namespace!r} is the tenant's own; name it by namespace: instead"
