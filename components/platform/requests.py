"""What tenants ask of the platform's services, held against the services and the cluster that there are."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic.alias_generators import to_camel

from ..naming import namespace_name
from ..tenancy import TenantArgs
from . import acme
from .model import PlatformArgs
from .zones import AnyZone, CloudDns

EDGE_HOSTS = "edgeHosts"
"""List that controls read: every host at the edge that is declared, as `<namespace>/<host>`."""
_ANSWERED_BY = {
    "certificates": "tls",
    "edge_certificates": "tls.edge",
    "secrets": "secrets",
    "apis": "mesh",
    "hosts": "mesh",
}
"""Settings of a namespace, and the service, or the part of one, that each asks."""


def problems(
    platform: PlatformArgs | None,
    tenants: Sequence[TenantArgs],
    cluster: str | None,
    *,
    has_irsa: bool,
    project: str | None = None,
) -> Iterator[str]:
    """Yield what is asked of a service that is off, or that another kind of cluster has.

    `cluster` is the kind of the cluster; `has_irsa` whether accounts take on IAM roles by their own tokens; `project`
    that of a cluster in Google Cloud.
    """
    yield from (platform.problems(tenants) if platform else ())
    for tenant in tenants:
        for namespace in tenant.namespaces:
            for key, service in _ANSWERED_BY.items():
                if getattr(namespace, key) and not _is_on(platform, service):
                    full_name = namespace_name(tenant.name, namespace.name)
                    yield (
                        f"{full_name}: {to_camel(key)} need platform.{service} in this stack; "
                        "see docs/guides/platform.md"
                    )
    edge = platform.tls.edge if platform and platform.tls else None
    yield from _zone_problems(edge.zones if edge else (), cluster, project)
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


def _zone_problems(zones: Sequence[AnyZone], cluster: str | None, project: str | None) -> Iterator[str]:
    """Yield zones in a cloud, or a project, where cert-manager's account can't be given a right."""
    for zone in zones:
        if zone.cluster not in (None, cluster):
            yield (
                f"platform.tls.edge: a zone of the kind {zone.kind} needs a cluster of kind {zone.cluster}, whose "
                "accounts have roles in it; on any other name one of the kind rfc2136"
            )
        if isinstance(zone, CloudDns) and project not in (None, zone.project):
            yield (
                f"platform.tls.edge: the zone {zone.name!r} lies in the project {zone.project}, where the toolkit "
                f"gives no rights; move it into the cluster's project {project}"
            )


def lists(tenants: Sequence[TenantArgs]) -> dict[str, tuple[str, ...]]:
    """Return the lists for controls that are made of what tenants ask for."""
    hosts = tuple(f"{namespace}/{host}" for namespace, host in acme.declared_hosts(tenants))
    return {EDGE_HOSTS: hosts} if hosts else {}


def _is_on(platform: PlatformArgs | None, path: str) -> bool:
    """Return whether there is a service, or the part of it that the path names."""
    found: Any = platform
    for name in path.split("."):
        found = getattr(found, name, None)
    return found is not None
