"""When AKS upgrades: the windows of its three kinds of maintenance, without the frozen days."""

import pulumi
from pulumi_azure_native import containerservice

from ..upgrades import Channel, Upgrades
from .site import Site

KINDS = ("default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule")
"""The weekly release of AKS's own components, Kubernetes itself, and the nodes' system."""
_CHANNELS = {Channel.RAPID: "rapid", Channel.REGULAR: "stable", Channel.STABLE: "patch"}


def upgrade_channel(upgrades: Upgrades) -> str:
    """Return AKS's channel: the newest minor, the one before it, or patches of one that moves by a commit."""
    return "patch" if upgrades.version else _CHANNELS[upgrades.channel]


def moves_by_itself(upgrades: Upgrades) -> bool:
    """Whether AKS changes the minor without this stack."""
    return upgrade_channel(upgrades) != "patch"


def windows(
    site: Site, cluster: containerservice.ManagedCluster, upgrades: Upgrades, opts: pulumi.ResourceOptions
) -> None:
    """Create a configuration of each kind; AKS may still break a window for what can't wait."""
    for kind in KINDS:
        containerservice.MaintenanceConfiguration(
            f"{site.name}-{kind}",
            config_name=kind,
            resource_name_=cluster.name,
            resource_group_name=site.group,
            maintenance_window=containerservice.MaintenanceWindowArgs(
                duration_hours=upgrades.window.hours,
                start_time=upgrades.window.start,
                utc_offset="+00:00",
                schedule=containerservice.ScheduleArgs(
                    weekly=containerservice.WeeklyScheduleArgs(
                        day_of_week=upgrades.window.day.capitalize(), interval_weeks=1
                    )
                ),
                not_allowed_dates=[
                    containerservice.DateSpanArgs(start=f"{freeze.from_}", end=f"{freeze.to}")
                    for freeze in upgrades.freezes
                ],
            ),
            opts=opts,
        )
