"""The services of Google that a cluster works with, switched on in its project."""

from collections.abc import Sequence

import pulumi
import pulumi_gcp as gcp

from .site import Site

_NEEDED = (
    "artifactregistry",
    "binaryauthorization",
    "cloudkms",
    "compute",
    "container",
    "containersecurity",
    "dns",
    "gkebackup",
    "iam",
    "logging",
    "monitoring",
    "pubsub",
    "secretmanager",
)
_WITH_LATE_AGENTS = ("artifactregistry", "gkebackup", "pubsub")
"""Services whose agent Google makes at the first use; a key can't be given to an account that isn't there."""
SCANNING = "containerscanning"


def enable(
    site: Site, *, scanning: bool, further: Sequence[str] = (), opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Switch the services on, and make their agents. They stay on when the cluster goes: others may use them."""
    names = (*_NEEDED, *([SCANNING] if scanning else []), *further)
    made: dict[str, pulumi.Resource] = {name: _service(site, name, opts) for name in names}
    agents = [
        gcp.projects.ServiceIdentity(
            f"{site.name}-{name}",
            project=site.project,
            service=f"{name}.googleapis.com",
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[made[name]])),
        )
        for name in _WITH_LATE_AGENTS
    ]
    return [*made.values(), *agents]


def _service(site: Site, name: str, opts: pulumi.ResourceOptions) -> gcp.projects.Service:
    return gcp.projects.Service(
        f"{site.name}-{name}",
        project=site.project,
        service=f"{name}.googleapis.com",
        disable_on_destroy=False,
        disable_dependent_services=False,
        opts=opts,
    )
