"""One namespace of a tenant with everything that makes it safe to run workloads in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from ..cluster import ClusterHandle
from ..dataplane import Dataplane
from ..errors import UserError
from ..mesh import Mesh
from ..naming import annotation, cluster_role_name, namespace_name
from . import authorization_policy, network_policy, quota, server_policy, workload
from .model import Access, Namespace, TenantArgs, WorkloadIdentity
from .rbac import Role


@dataclass(frozen=True, kw_only=True)
class _Binding:
    role: Role
    groups: tuple[str, ...]
    annotations: dict[str, str]


class TenantNamespace(pulumi.ComponentResource):
    """A namespace with Pod Security, default-deny, quota, limits, RBAC and a tokenless default account.

    Where the cluster has a mesh, its pods are in it, and nobody calls them whom no flow names.

    It creates no workload, and no policy on an address that no flow declares.

    Controls: namespace-default-deny, namespace-pod-security, namespace-quota, namespace-limit-range,
    default-service-account-tokenless, and the rbac-* controls.
    """

    name: str
    """Full name of the namespace."""

    def __init__(
        self,
        name: str,
        tenant: TenantArgs,
        namespace: Namespace,
        cluster: ClusterHandle,
        *,
        production: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("secureclusters:tenancy:TenantNamespace", name, {}, opts)
        self.name = namespace_name(tenant.name, namespace.name)
        self._logical_name = name
        self._resource = self._namespace(tenant, namespace, cluster)
        # Deleting the namespace deletes what is in it, so a destroy needn't ask for each object.
        self._inside = pulumi.ResourceOptions(parent=self, depends_on=[self._resource], deleted_with=self._resource)
        self._default_service_account()
        self._limits(namespace)
        self._network_policies(tenant, namespace, cluster)
        if cluster.mesh is not None:
            self._mesh_policies(tenant, namespace, cluster.mesh, cluster.mesh_ready)
        self._role_bindings(tenant.access, production=production)
        self._budgets(namespace)
        for identity in namespace.identities:
            self._identity(identity, cluster)
        self.register_outputs({"name": self.name})

    def _metadata(
        self, name: str, annotations: Mapping[str, pulumi.Input[str]] | None = None
    ) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=self.name, annotations=annotations)

    def _namespace(self, tenant: TenantArgs, namespace: Namespace, cluster: ClusterHandle) -> k8s.core.v1.Namespace:
        level = namespace.pod_security.value
        pod_security = {f"pod-security.kubernetes.io/{mode}": level for mode in ("enforce", "audit", "warn")}
        versions = {f"pod-security.kubernetes.io/{mode}-version": "latest" for mode in ("enforce", "audit", "warn")}
        return k8s.core.v1.Namespace(
            self._logical_name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=self.name,
                labels={
                    annotation("tenant"): tenant.name,
                    annotation("network-isolation"): cluster.network_isolation(),
                    **(cluster.mesh.labels if cluster.mesh else {}),
                    **pod_security,
                    **versions,
                },
                annotations={
                    annotation("owner"): tenant.owner,
                    **(cluster.mesh.annotations if cluster.mesh else {}),
                },
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _default_service_account(self) -> None:
        """Take the token from the account that pods get when they name none.

        A patch, since the cluster itself creates the account in every namespace.
        """
        k8s.core.v1.ServiceAccountPatch(
            f"{self._logical_name}-default-service-account",
            metadata=k8s.meta.v1.ObjectMetaPatchArgs(name="default", namespace=self.name),
            automount_service_account_token=False,
            opts=self._inside,
        )

    def _limits(self, namespace: Namespace) -> None:
        k8s.core.v1.ResourceQuota(
            f"{self._logical_name}-quota",
            metadata=self._metadata("quota"),
            spec=quota.resource_quota(namespace.quota),
            opts=self._inside,
        )
        k8s.core.v1.LimitRange(
            f"{self._logical_name}-limits",
            metadata=self._metadata("limits"),
            spec=quota.limit_range(namespace.quota),
            opts=self._inside,
        )

    def _budgets(self, namespace: Namespace) -> None:
        for each in namespace.workloads:
            k8s.policy.v1.PodDisruptionBudget(
                f"{self._logical_name}-{each.name}-budget",
                metadata=self._metadata(each.name),
                spec=workload.budget(each),
                opts=self._inside,
            )

    def _identity(self, identity: WorkloadIdentity, cluster: ClusterHandle) -> None:
        """Create a service account whose pods have a role in the cloud; they still get no token of Kubernetes."""
        if cluster.workload_identities is None:
            raise UserError(f"{self.name}: identities need a cluster in a cloud, declared in the same stack")
        granted = cluster.workload_identities.grant(self.name, identity.service_account, identity.grants, self)
        k8s.core.v1.ServiceAccount(
            f"{self._logical_name}-{identity.service_account}",
            metadata=self._metadata(identity.service_account, dict(granted.annotations) or None),
            automount_service_account_token=False,
            opts=pulumi.ResourceOptions.merge(self._inside, pulumi.ResourceOptions(depends_on=list(granted.resources))),
        )

    def _network_policies(self, tenant: TenantArgs, namespace: Namespace, cluster: ClusterHandle) -> None:
        flows = network_policy.for_namespace(tenant.name, namespace.name, tenant.allow, cluster.mesh)
        if cluster.mesh and cluster.mesh.probe_address:
            flows.append(network_policy.probes(cluster.mesh.probe_address))
        flows += network_policy.control_plane(cluster.mesh.doors if cluster.mesh else ())
        if namespace.identities and cluster.workload_identities:
            flows += network_policy.sign_in(cluster.workload_identities.sign_in)
        for policy in [*network_policy.baseline(cluster.dns), *flows]:
            k8s.networking.v1.NetworkPolicy(
                f"{self._logical_name}-{policy.name}",
                metadata=self._metadata(policy.name, {annotation("intent"): policy.intent}),
                spec=policy.spec,
                opts=self._inside,
            )

    def _mesh_policies(
        self, tenant: TenantArgs, namespace: Namespace, mesh: Mesh, ready: Sequence[pulumi.Resource]
    ) -> None:
        after = pulumi.ResourceOptions.merge(self._inside, pulumi.ResourceOptions(depends_on=list(ready)))
        render = server_policy if mesh.dataplane is Dataplane.LINKERD else authorization_policy
        for policy in render.for_namespace(tenant.name, namespace.name, tenant.allow, mesh):
            k8s.apiextensions.CustomResource(
                f"{self._logical_name}-mesh-{policy.name}",
                api_version=policy.api_version,
                kind=policy.kind,
                metadata=self._metadata(policy.name, {annotation("intent"): policy.intent}),
                spec=policy.spec,
                opts=after,
            )

    def _role_bindings(self, access: Access, *, production: bool) -> None:
        for binding in _bindings(access, production=production):
            k8s.rbac.v1.RoleBinding(
                f"{self._logical_name}-{binding.role}",
                metadata=self._metadata(binding.role.value, binding.annotations or None),
                role_ref=k8s.rbac.v1.RoleRefArgs(
                    api_group="rbac.authorization.k8s.io",
                    kind="ClusterRole",
                    name=cluster_role_name(binding.role),
                ),
                subjects=[
                    k8s.rbac.v1.SubjectArgs(api_group="rbac.authorization.k8s.io", kind="Group", name=group)
                    for group in binding.groups
                ],
                opts=self._inside,
            )


def _bindings(access: Access, *, production: bool) -> Iterator[_Binding]:
    """Yield who holds what; a role that no group holds has no binding."""
    held = {Role.VIEWER: access.viewer, Role.DEVELOPER: access.developer, Role.OPERATOR: access.operator}
    if not production:
        held[Role.DEBUGGER] = access.developer
    for role, groups in held.items():
        if groups:
            yield _Binding(role=role, groups=groups, annotations={})
    if emergency := access.break_glass:
        annotations = {
            annotation("expires"): emergency.expires.isoformat(),
            annotation("reason"): emergency.reason,
        }
        yield _Binding(role=Role.BREAK_GLASS, groups=emergency.groups, annotations=annotations)
