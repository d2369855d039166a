"""The one reader of the stack's configuration.

A stack file is validated whole before anything is created; all its errors are told at once.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import pulumi
from pulumi.runtime.config import get_config, get_config_env, is_config_secret
from pydantic import Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from .admission import AdmissionArgs
from .aws import EksCluster
from .azure import AksCluster
from .cloud_cluster import CloudClusterArgs
from .errors import UserError
from .existing import ExistingClusterArgs, Kubeconfig, SecretKubeconfig
from .gcp import GkeCluster
from .mesh import Mesh
from .model import Owner, Settings, raise_all
from .naming import PROJECT, namespace_name
from .platform import PlatformArgs, managed_mesh, requests
from .settings_errors import explain
from .tenancy import Network, TenantArgs, authorization_policy
from .tenancy.model import Namespace

NAMESPACES_PER_STACK = 50
"""The engine writes the whole state at each step, so the cost of a stack grows faster than its size."""


class Scope(StrEnum):
    """Which part of an environment a stack is."""

    ENVIRONMENT = "environment"
    """The whole environment: the cluster and its tenants."""
    CLUSTER = "cluster"
    """The cluster and what every tenant shares; owned by the platform team."""
    TENANTS = "tenants"
    """Some tenants of a cluster that another stack declares; owned by their team."""


class Tier(StrEnum):
    """How much a mistake costs."""

    PRODUCTION = "production"
    """Nobody but operators opens a shell in a container; the default."""
    DEVELOPMENT = "development"
    """Developers may debug running containers."""


class ExistingCluster(ExistingClusterArgs):
    """A cluster that is there already."""

    kind: Literal["existing"]
    """What the cluster is."""


AnyCluster = Annotated[ExistingCluster | EksCluster | AksCluster | GkeCluster, Field(discriminator="kind")]
"""Every kind of cluster; a cloud's is a `CloudClusterArgs`, and lives in the cloud's folder."""


class StackSettings(Settings):
    """Configuration of a stack; in a stack file each key has the prefix `secure-clusters:`."""

    owner: Owner
    """Who answers for the environment: a team, a mailing list or a person."""
    tier: Tier = Tier.PRODUCTION
    """How much a mistake costs; decides who may debug running containers."""
    scope: Scope = Scope.ENVIRONMENT
    """Which part of an environment the stack is."""
    cluster: AnyCluster | None = None
    """The cluster. Required unless `scope` is `tenants`."""
    admission: AdmissionArgs | None = None
    """What the API server refuses by itself, and who deploys. Without it the cluster refuses nothing that the policy
    pack refuses, and the control `cluster-enforces-controls` denies the update where the cluster has nodes."""
    platform: PlatformArgs | None = None
    """Services of the platform, such as certificates; each is on where it is named."""
    kubeconfig: Kubeconfig | None = None
    """Credentials of an existing cluster. A tenants stack without it uses what the cluster stack exports."""
    cluster_stack: str | None = Field(default=None, min_length=1)
    """Stack that declares the cluster: `organization/secure-clusters/<stack>`. Required where `scope` is `tenants`."""
    mesh: Mesh | None = None
    """The mesh of the cluster that another stack declares. Only where `scope` is `tenants`, and then as it is there."""
    tenants: tuple[TenantArgs, ...] = ()
    """Tenants of the cluster; at most 50 namespaces in one stack."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all(
            [
                *self._scope_problems(),
                *self._tenant_problems(),
                *self._identity_problems(),
                *self._network_problems(),
                *self._platform_problems(),
            ]
        )
        return self

    @property
    def kubernetes(self) -> str | None:
        """Kubernetes minor of the cluster, where it is known: declared, or that of a cluster which the stack makes."""
        declared = self.admission.kubernetes if self.admission else None
        return declared or (self.cluster.minor if isinstance(self.cluster, CloudClusterArgs) else None)

    @property
    def lists(self) -> Mapping[str, Sequence[str]]:
        """Lists that workload controls read, as far as the stack says them: given, or made of what tenants declare."""
        given = self.admission.parameters if self.admission else {}
        return {**given, **requests.lists(self.tenants)}

    @property
    def reachable(self) -> bool:
        """Whether anything can be created inside the cluster; where there is a kubeconfig, it can."""
        return not isinstance(self.cluster, CloudClusterArgs) or self.cluster.reachable

    @property
    def production(self) -> bool:
        """Whether the environment is a production one."""
        return self.tier is Tier.PRODUCTION

    @property
    def known_mesh(self) -> Mesh | None:
        """What the tenants know of the cluster's mesh, with their own namespaces; None where there is none."""
        made = self.platform.mesh if self.platform else None
        managed = self._managed_mesh
        mesh = (managed.beside(made.members) if managed else made.known) if made else self.mesh
        return mesh.beside(authorization_policy.own_namespaces(self.tenants)) if mesh else None

    @property
    def _managed_mesh(self) -> Mesh | None:
        return self.cluster.managed_mesh if isinstance(self.cluster, CloudClusterArgs) else None

    def _scope_problems(self) -> Iterator[str]:
        if self.scope is Scope.TENANTS:
            yield from self._tenants_stack_problems()
        else:
            yield from self._cluster_stack_problems()

    def _tenants_stack_problems(self) -> Iterator[str]:
        if self.cluster_stack is None:
            yield "clusterStack is missing; a tenants stack names the stack that declares its cluster"
        for key, value in (("cluster", self.cluster), ("admission", self.admission), ("platform", self.platform)):
            if value is not None:
                yield f"{key} is not allowed where scope is tenants; the cluster's stack declares it"
        if not self.tenants:
            yield "tenants is empty; a tenants stack declares at least one tenant"
        if self.mesh is not None:
            yield from authorization_policy.problems_of(self.tenants, self.mesh)

    def _cluster_stack_problems(self) -> Iterator[str]:
        if self.cluster_stack is not None:
            yield f"clusterStack is not allowed where scope is {self.scope}; set scope to tenants"
        if self.mesh is not None:
            yield f"mesh is not allowed where scope is {self.scope}; declare it under platform"
        if self.cluster is None:
            yield "cluster is missing; declare the cluster, or set scope to tenants"
        elif isinstance(self.cluster, ExistingCluster):
            if self.kubeconfig is None:
                yield "kubeconfig is missing; an existing cluster needs credentials (from: file, secret or in-cluster)"
        else:
            yield from self._cloud_problems()
        if self.scope is Scope.CLUSTER and self.tenants:
            yield "tenants is not allowed where scope is cluster; move them to a stack with scope tenants"

    def _cloud_problems(self) -> Iterator[str]:
        if self.kubeconfig is not None:
            yield "kubeconfig is not allowed where the stack makes the cluster; the cluster gives its own"
        if not self.reachable:
            for key, value in (("tenants", self.tenants), ("admission", self.admission), ("platform", self.platform)):
                if value:
                    yield (
                        f"{key} lies inside the cluster, whose API server nothing reaches yet; say how in "
                        "cluster.endpoint.reachableThrough, or leave it out until the cluster is there"
                    )

    def _identity_problems(self) -> Iterator[str]:
        for where, namespace in self._namespaces():
            for identity in namespace.identities:
                if isinstance(self.cluster, CloudClusterArgs):
                    yield from (f"{where}: {each}" for each in self.cluster.grant_problems(identity.grants))
                else:
                    yield f"{where} need a cluster in a cloud, declared in this stack"

    def _namespaces(self) -> Iterator[tuple[str, Namespace]]:
        """Yield each namespace, of tenants and of the platform's services, with where its identities are declared."""
        for tenant in self.tenants:
            for namespace in tenant.namespaces:
                yield f"tenant {tenant.name!r}, namespace {namespace.name!r}: identities", namespace
        for name, service in (self.platform.services if self.platform else {}).items():
            for namespace in service.namespaces():
                yield f"platform.{to_camel(name)}: grants in the cloud", namespace

    def _platform_problems(self) -> Iterator[str]:
        kind = self.cluster.kind if self.cluster else None
        irsa = isinstance(self.cluster, EksCluster) and self.cluster.irsa_issuer is not None
        project = self.cluster.project if isinstance(self.cluster, GkeCluster) else None
        yield from requests.problems(self.platform, self.tenants, kind, has_irsa=irsa, project=project)
        if self.admission and requests.EDGE_HOSTS in self.admission.parameters:
            yield f"admission.parameters: {requests.EDGE_HOSTS} is made of the edgeCertificates; leave it out"
        own = self.platform.mesh if self.platform else None
        yield from managed_mesh.problems(asked=bool(own and own.is_managed), given=self._managed_mesh, cluster=kind)
        if self.admission and self._managed_mesh:
            registries = self.lists.get("allowedRegistries", ())
            yield from managed_mesh.admission_problems(self._managed_mesh, self.admission, registries)

    def _tenant_problems(self) -> Iterator[str]:
        names = [
            namespace_name(tenant.name, namespace.name) for tenant in self.tenants for namespace in tenant.namespaces
        ]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"the namespace {name!r} is declared by two tenants; rename one"
        if len(names) > NAMESPACES_PER_STACK:
            stacks = -(-len(names) // NAMESPACES_PER_STACK)
            yield (
                f"tenants has {len(names)} namespaces, {NAMESPACES_PER_STACK} are allowed in one stack; keep the "
                f"cluster in a stack with scope cluster, and put the tenants into {stacks} stacks with scope "
                "tenants and clusterStack (see docs/guides/stacks.md)"
            )

    def _network_problems(self) -> Iterator[str]:
        networks = self.cluster.own_networks() if self.cluster else {}
        peers = [
            (tenant.name, peer)
            for tenant in self.tenants
            for flow in tenant.allow
            for peer in (flow.from_, flow.to)
            if isinstance(peer, Network)
        ]
        for tenant, peer in peers:
            for name, cidr in networks.items():
                if peer.opens(cidr):
                    yield (
                        f"tenant {tenant!r} declares a flow with {peer.cidr}, which opens the cluster's own {name} "
                        f"network {cidr}; name the pods instead, or add {cidr} to its except"
                    )


def load(raw: Mapping[str, Any], source: str) -> StackSettings:
    """Return the settings from plain values, keys without prefix.

    Raises `UserError` with every error of the file: the key's path, the value, what is allowed, and a
    suggestion for a key that is nearly right. `source` names the file in the message.
    """
    try:
        return StackSettings.model_validate(raw)
    except ValidationError as error:
        raise UserError(explain(StackSettings, raw, error, source=source, prefix=f"{PROJECT}:")) from None


def from_config(config: Mapping[str, str], stack: str) -> StackSettings:
    """Return the settings from a stack's configuration as the engine hands it over: strings, some of them JSON.

    Keys of other namespaces (`aws:region`) are somebody else's. Raises `UserError` as `load` does.
    """
    own = {key: value for key, value in config.items() if key.startswith(f"{PROJECT}:")}
    raw = {name: _plain(own[key]) for key in sorted(own) for name in [key.removeprefix(f"{PROJECT}:")]}
    # In Pulumi.yaml an optional key needs a default, so an empty value stands for an absent one.
    optional = {field.alias for field in StackSettings.model_fields.values() if not field.is_required()}
    raw = {name: value for name, value in raw.items() if name not in optional or value not in ("", {}, [])}
    return load(raw, source=f"stacks/Pulumi.{stack}.yaml")


def from_pulumi() -> StackSettings:
    """Return the settings of the running Pulumi program; raises `UserError` as `load` does."""
    keys = {*get_config_env(), *pulumi.runtime.config.CONFIG.get()}
    settings = from_config({key: get_config(key) for key in keys}, pulumi.get_stack())
    if isinstance(settings.kubeconfig, SecretKubeconfig) and not is_config_secret(f"{PROJECT}:kubeconfig"):
        raise UserError(
            f"{PROJECT}:kubeconfig.content is plain text in the stack file; take it out of the file's history and run\n"
            f"pulumi config set --secret --path '{PROJECT}:kubeconfig.content' < kubeconfig"
        )
    return settings


def _plain(text: str) -> Any:
    """Return the value behind a configuration string: the engine hands objects and lists over as JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text  # a plain string after all; where an object belongs, the settings say so
