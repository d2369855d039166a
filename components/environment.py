"""From settings to resources: the cluster, what its tenants share, the tenants."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from . import existing
from .admission import AdmissionPolicies, AdmissionWaiver
from .cloud_cluster import CloudClusterArgs
from .cluster import ClusterHandle, exported, kubernetes_provider
from .existing.kubeconfig import location_or_text
from .platform import Platform
from .settings import ExistingCluster, Scope, StackSettings
from .tenancy import Roles, Tenant, gateway


def deploy(settings: StackSettings, waivers: Sequence[AdmissionWaiver] = ()) -> Mapping[str, Any]:
    """Create what the settings declare and return the stack's outputs.

    `waivers` are the accepted risks that the API server lets pass as well. `settings` is valid, so nothing
    here refuses input: see `settings.load`.
    """
    platform = None
    if settings.scope is Scope.TENANTS:
        cluster, outputs = _referenced_cluster(settings), {}
    else:
        cluster, outputs = _declared_cluster(settings)
        if settings.reachable:
            Roles("roles", opts=cluster.inside())
        if settings.admission is not None:
            args = settings.admission.model_copy(
                update={"kubernetes": settings.kubernetes, "parameters": settings.lists}
            )
            AdmissionPolicies("admission", args, waivers=waivers, opts=cluster.inside())
        if settings.platform is not None:
            platform = Platform(
                settings.platform,
                cluster,
                owner=settings.owner,
                tenants=settings.tenants,
                kubernetes=settings.kubernetes,
                production=settings.production,
            )
            cluster = dataclasses.replace(cluster, mesh=settings.known_mesh, mesh_ready=(platform,))
    routed = gateway.routed(settings.tenants)
    tenants = [Tenant(args, cluster, production=settings.production) for args in routed]
    if platform is not None:
        platform.serve({name: tenant for tenant in tenants for name in tenant.namespaces})
    return {**outputs, "namespaces": [name for tenant in tenants for name in tenant.namespaces]}


def _declared_cluster(settings: StackSettings) -> tuple[ClusterHandle, Mapping[str, Any]]:
    match settings.cluster:
        case ExistingCluster() as args if settings.kubeconfig is not None:
            cluster = existing.Cluster(args.identifier, args, settings.kubeconfig)
        case CloudClusterArgs() as args:
            cluster = args.create()
        case _:
            raise ValueError("settings.load refuses a stack without a cluster")
    return cluster.handle, exported(cluster.handle, cluster.kubeconfig)


def _referenced_cluster(settings: StackSettings) -> ClusterHandle:
    """Return the handle of a cluster that another stack declares, with this team's own credentials if it has any."""
    stack = pulumi.StackReference(str(settings.cluster_stack))
    own = settings.kubeconfig
    identifier = _required(stack, "clusterIdentifier")
    return ClusterHandle(
        provider=kubernetes_provider(
            "cluster",
            identifier=identifier,
            kubeconfig=_required(stack, "kubeconfig") if own is None else location_or_text(own),
            context=own.context if own else None,
        ),
        identifier=identifier,
        network_policy_engine=_required(stack, "networkPolicyEngine"),
        dns=_required(stack, "dns"),
        mesh=settings.known_mesh,
    )


def _required(stack: pulumi.StackReference, name: str) -> pulumi.Output[Any]:
    """Return an output of the cluster's stack; raises `pulumi.RunError` where it has none of that name."""

    def check(value: Any) -> Any:
        if value is None:
            raise pulumi.RunError(
                f"the stack that clusterStack names has no output {name!r}\n"
                "Name a stack with scope cluster or environment, and update it first."
            )
        return value

    return stack.get_output(name).apply(check)
