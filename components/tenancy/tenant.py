"""A tenant: one owner, one or more namespaces."""

import pulumi

from ..cluster import ClusterHandle
from ..errors import UserError
from ..naming import namespace_name
from . import authorization_policy, gateway
from .model import TenantArgs
from .namespace import TenantNamespace


class Tenant(pulumi.ComponentResource):
    """The namespaces of a tenant, hardened, with its groups bound and its declared flows open.

    It needs the ready roles in the cluster (`Roles`, once per cluster) and creates no cluster-wide
    object but its namespaces. It opens no flow into another tenant's namespace: that end is the other
    tenant's to open.
    """

    namespaces: list[str]
    """Full names of the namespaces."""

    def __init__(
        self,
        args: TenantArgs,
        cluster: ClusterHandle,
        *,
        production: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the tenant; the logical name is the tenant's name.

        Outside production (`production=False`) developers may open a shell in running containers.
        Children use the cluster's Kubernetes provider whatever `opts` says. Raises `UserError` where a flow can't
        be in the cluster's mesh, and where nothing would hold an API's limit.
        """
        if cluster.mesh and (problems := list(authorization_policy.problems(args, cluster.mesh))):
            raise UserError("\n".join(problems))
        if unlimited := list(gateway.unlimited(args)):
            raise UserError("\n".join(unlimited))
        opts = pulumi.ResourceOptions.merge(opts, cluster.inside())
        declared = {
            "name": args.name,
            "owner": args.owner,
            "production": production,
            "networkPolicyEngine": cluster.network_policy_engine,
            "namespaces": [namespace_name(args.name, each.name) for each in args.namespaces],
            # What the preview holds against the NetworkPolicies of whoever made them.
            "allow": [flow.model_dump(mode="json", by_alias=True, exclude_none=True) for flow in args.allow],
            "dns": cluster.dns,
            "signIn": _sign_in(args, cluster),
            **({"mesh": cluster.mesh.model_dump(by_alias=True, mode="json")} if cluster.mesh else {}),
        }
        super().__init__("secureclusters:tenancy:Tenant", args.name, declared, opts)
        self.namespaces = [
            TenantNamespace(
                namespace_name(args.name, namespace.name),
                args,
                namespace,
                cluster,
                production=production,
                opts=pulumi.ResourceOptions(parent=self),
            ).name
            for namespace in args.namespaces
        ]
        # Controls on the whole stack see a component's outputs in the place of its inputs.
        self.register_outputs(declared)


def _sign_in(args: TenantArgs, cluster: ClusterHandle) -> list[dict[str, str | int]]:
    """Return where pods take on their cloud role, for the namespaces that have service accounts with one."""
    doors = cluster.workload_identities.sign_in if cluster.workload_identities else ()
    return [
        {"namespace": namespace_name(args.name, each.name), "cidr": cidr, "port": port}
        for each in args.namespaces
        if each.identities
        for cidr, port in doors
    ]
