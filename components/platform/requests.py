"""What tenants ask of the platform's services, held against the services and the cluster that there are."""

from collections.abc import Iterator, Sequence

from ..naming import namespace_name
from ..tenancy import TenantArgs
from .model import PlatformArgs

_ANSWERED_BY = {"certificates": "tls", "secrets": "secrets", "apis": "mesh", "hosts": "mesh"}
"""Settings of a namespace, and the service that each asks."""


def problems(
    platform: PlatformArgs | None, tenants: Sequence[TenantArgs], cluster: str | None, *, has_irsa: bool
) -> Iterator[str]:
    """Yield what is asked of a service that is off, or that another kind of cluster has.

    `cluster` is the kind of the cluster; `has_irsa` whether accounts take on IAM roles by their own tokens.
    """
    yield from (platform.problems(tenants) if platform else ())
    for tenant in tenants:
        for namespace in tenant.namespaces:
            for key, service in _ANSWERED_BY.items():
                if getattr(namespace, key) and (platform is None or service not in platform.services):
                    full_name = namespace_name(tenant.name, namespace.name)
                    yield f"{full_name}: {key} need platform.{service} in this stack; see docs/guides/platform.md"
    if platform and platform.disruption and platform.disruption.node_upgrades and cluster not in (None, "existing"):
        yield (
            "platform.disruption.nodeUpgrades is for nodes that the team runs; "
            f"a cluster of kind {cluster} is upgraded by cluster.upgrades"
        )
    store = platform.secrets.store if platform and platform.secrets else None
    if store and store.cluster and store.cluster != cluster:
        yield f"platform.secrets: {store.kind} needs a cluster of kind {store.cluster}, whose accounts have roles in it"
    if store and store.cluster == cluster == "eks" and not has_irsa:
        yield (
            "platform.secrets: by Pod Identity only pods take on a role, and External Secrets reads for others; set "
            "cluster.irsaIssuer, so that each account's own token is enough"
        )
