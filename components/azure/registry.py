"""The image registry beside an AKS cluster."""

import pulumi
from pulumi_azure_native import containerregistry

from ..options import below
from . import logs, private_link
from .network import Network
from .roles import Kind, give
from .service_model import AksRegistry, Upstream
from .site import Site

_UPSTREAMS = {
    Upstream.KUBERNETES: "registry.k8s.io",
    Upstream.MICROSOFT: "mcr.microsoft.com",
    Upstream.QUAY: "quay.io",
}
_BOOTSTRAP = ("aks-managed-mcr", "mcr.microsoft.com", "aks-managed-repository")
"""The rule by which a cluster without egress finds what it is made of.
Source: https://learn.microsoft.com/azure/aks/network-isolated"""


class Registry(pulumi.ComponentResource):
    """A registry that only the network reaches, without passwords, whose images Defender scans.

    Nodes may pull and nothing else. Public images come as copies that it fetches once. It is encrypted by Azure's key:
    one of one's own could only lie in a vault that is open to the internet, as a registry comes to it from there.

    Controls: those in policies/controls/azure that judge registries.
    """

    registry_id: pulumi.Output[str]
    """Full id of the registry."""
    login_server: pulumi.Output[str]
    """Host that images are pulled from."""
    resources: list[pulumi.Resource]
    """What has to be there before a node pulls."""

    def __init__(
        self,
        name: str,
        site: Site,
        args: AksRegistry,
        *,
        network: Network,
        nodes: pulumi.Input[str],
        bootstrap: bool,
        workspace_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create it; `nodes` is the object id of the identity that pulls.

        With `bootstrap` it keeps copies of AKS's own images, for nodes without a way to Microsoft's registry.
        """
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:azure:Registry", name, declared, opts)
        children = below(self, opts)
        made = containerregistry.Registry(
            site.name,
            registry_name=site.names.registry,
            resource_group_name=site.group,
            location=site.region,
            sku=containerregistry.SkuArgs(name="Premium"),
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            data_endpoint_enabled=True,
            public_network_access="Disabled",
            # Defender scans past the network, as a service that Microsoft trusts.
            network_rule_bypass_options="AzureServices",
            zone_redundancy="Enabled",
            policies=containerregistry.PoliciesArgs(
                export_policy=containerregistry.ExportPolicyArgs(status="disabled"),
                retention_policy=containerregistry.RetentionPolicyArgs(status="enabled", days=args.keep_untagged_days),
            ),
            tags=site.tags,
            opts=children,
        )
        self.registry_id, self.login_server = made.id, made.login_server
        inside = pulumi.ResourceOptions(parent=made)
        logs.send(f"{site.name}-registry", of=made.id, to=workspace_id, categories=logs.REGISTRY, opts=inside)
        copies = [(each.value, _UPSTREAMS[each], each.value) for each in args.pull_through]
        pulls = give(f"{site.name}-pull", site, "AcrPull", to=nodes, kind=Kind.WORKLOAD, on=made.id, opts=inside)
        self.resources = [
            pulls,
            *private_link.endpoint(
                f"{site.name}-registry",
                site,
                to=made.id,
                what=private_link.REGISTRY,
                zone_id=network.registry_zone_id,
                subnet_id=network.endpoint_subnet_id,
                opts=pulumi.ResourceOptions(parent=made, depends_on=network.resources),
            ),
            *(_copies(site, made, each, inside) for each in (*copies, *([_BOOTSTRAP] if bootstrap else []))),
        ]
        self.register_outputs(declared)


def _copies(
    site: Site, registry: containerregistry.Registry, rule: tuple[str, str, str], opts: pulumi.ResourceOptions
) -> containerregistry.CacheRule:
    name, source, target = rule
    return containerregistry.CacheRule(
        f"{site.name}-{name}",
        cache_rule_name=name,
        registry_name=registry.name,
        resource_group_name=site.group,
        source_repository=f"{source}/*",
        target_repository=f"{target}/*",
        opts=opts,
    )
