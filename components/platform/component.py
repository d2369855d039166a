"""The platform services of a cluster: their namespaces first, then each service."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi

from ..cluster import ClusterHandle
from ..tenancy import Tenant, TenantArgs
from .model import PlatformArgs
from .service import TENANT, Site

NEWEST_KUBERNETES = "1.37"
"""The minor that charts are rendered for where that of the cluster is not declared."""


class Platform(pulumi.ComponentResource):
    """The services that a stack switches on, in namespaces as hardened as a tenant's.

    The namespaces belong to a tenant named `platform`: Pod Security, default-deny with the services' own flows,
    quota and limits, as for every other. Needs the ready roles in the cluster (`Roles`).

    Controls: platform-chart-rendered, platform-chart-pinned, and those on namespaces and workloads.
    """

    def __init__(
        self,
        args: PlatformArgs,
        cluster: ClusterHandle,
        *,
        owner: str,
        tenants: Sequence[TenantArgs] = (),
        kubernetes: str | None = None,
        production: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the services; raises `UserError` where a chart can't be rendered on this machine."""
        props = {"services": sorted(args.services)}
        opts = pulumi.ResourceOptions.merge(opts, cluster.inside())
        super().__init__("secureclusters:platform:Platform", TENANT, props, opts)
        here = pulumi.ResourceOptions(parent=self)
        services = args.services.values()
        namespaces = tuple(each for service in services for each in service.namespaces())
        # The API server, a registry and a store may stand in one range: the same flow once.
        flows = {
            str(flow): flow
            for service in services
            for flow in (*service.flows(args.api_server), *service.flows_of(tenants))
        }
        made: dict[str, pulumi.Resource] = {}
        if namespaces:
            declared = TenantArgs(name=TENANT, owner=owner, namespaces=namespaces, allow=tuple(flows.values()))
            tenant = Tenant(declared, cluster, production=production, opts=here)
            made = dict.fromkeys(tenant.namespaces, tenant)
        site = Site(
            cluster=cluster,
            kubernetes=kubernetes or NEWEST_KUBERNETES,
            tenants=tenants,
            owner=owner,
            production=production,
            namespaces=made,
            api_server=args.api_server,
            signing=args.signing,
        )
        for service in services:
            service.create(site, self)
        self._args, self._site = args, site
        self.register_outputs(props)

    def serve(self, tenant_namespaces: Mapping[str, pulumi.Resource]) -> None:
        """Create what tenants ask of the services, in their namespaces by full name, once these are there.

        It lies in a component of its own, as tenants wait for everything in this one.
        """
        props = {"services": sorted(self._args.services)}
        opts = self._site.cluster.inside()
        served = pulumi.ComponentResource("secureclusters:platform:TenantServices", TENANT, props, opts)
        site = dataclasses.replace(self._site, namespaces={**self._site.namespaces, **tenant_namespaces})
        for service in self._args.services.values():
            service.serve(site, served)
        served.register_outputs(props)
