"""What an upgrade of Kubernetes does to a cluster: what is replaced, in which order, and what would stop with it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.upgrades import meanings
from policies.model import Outcome, Resource, Verdict

_CLUSTERS = {"aws": "eks", "azure": "aks", "gcp": "gke"}
"""Folder of the component in components/, and the kind of cluster in a stack file."""
_STEPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "aws": (
        (
            "control plane",
            "aws:eks/cluster:Cluster",
            "upgraded in place; the API server stays, what runs is not touched",
        ),
        ("add-on", "aws:eks/addon:Addon", "rolled out anew at its pinned version"),
        ("node group", "aws:eks/nodeGroup:NodeGroup", "every node is replaced"),
    ),
    "azure": (
        (
            "control plane",
            "azure-native:containerservice:ManagedCluster",
            "upgraded in place, with the pools inside it",
        ),
        ("node pool", "azure-native:containerservice:AgentPool", "every node is replaced"),
    ),
    "gcp": (
        ("control plane", "gcp:container/cluster:Cluster", "upgraded in place"),
        ("node pool", "gcp:container/nodePool:NodePool", "every node is replaced"),
    ),
}
"""The order in which a cloud is upgraded: what, its type, and what happens to it. Kubernetes asks for this order:
https://kubernetes.io/releases/version-skew-policy/"""
_IN_THE_WAY = ("workload-disruption-budget", "workload-replicated")
"""Controls whose failures say what stops, or blocks the upgrade, when nodes are replaced."""


@dataclass(frozen=True, kw_only=True)
class UpgradePlan:
    """How one cluster is upgraded."""

    cluster: str
    """Name of the cluster."""
    kind: str
    """`eks`, `aks` or `gke`."""
    version: str
    """Kubernetes minor that the settings resolve to."""
    channel: str
    support_ends: datetime.date | None
    """Last day of the minor's standard support."""
    frozen: tuple[str, ...]
    """Freezes, each as a sentence."""
    steps: tuple[str, ...]
    """What happens, in order."""
    stops: tuple[str, ...]
    """Workloads that an upgrade would stop, or that would block it, and why."""
    notes: tuple[str, ...]
    """What the cloud makes of the settings, a sentence each."""

    def days_left(self, today: datetime.date) -> int | None:
        """Return for how many days the minor is still supported."""
        return (self.support_ends - today).days if self.support_ends else None


def plans(resources: Sequence[Resource], verdicts: Sequence[Verdict]) -> tuple[UpgradePlan, ...]:
    """Return a plan for each cluster that a component makes; of an existing one nobody here knows the version."""
    return tuple(_plans(resources, tuple(_stops(verdicts))))


def _plans(resources: Sequence[Resource], stops: tuple[str, ...]) -> Iterator[UpgradePlan]:
    for resource in resources:
        cloud = resource.type.removeprefix("secureclusters:").partition(":")[0]
        if resource.type != f"secureclusters:{cloud}:Cluster" or cloud not in _CLUSTERS:
            continue
        upgrades = resource.props.plain.get("upgrades", {})
        ends = upgrades.get("supportEnds")
        yield UpgradePlan(
            cluster=resource.name,
            kind=_CLUSTERS[cloud],
            version=upgrades.get("version", "of the channel"),
            channel=upgrades.get("channel", ""),
            support_ends=datetime.date.fromisoformat(ends) if ends else None,
            frozen=tuple(f"{each['from']} to {each['to']}: {each['reason']}" for each in upgrades.get("freezes", ())),
            steps=tuple(_steps(cloud, resources, upgrades.get("surge"))),
            stops=stops,
            notes=tuple(meanings(_CLUSTERS[cloud]).model_dump().values()),
        )


def _steps(cloud: str, resources: Sequence[Resource], surge: int | None) -> Iterator[str]:
    for what, type_, happens in _STEPS[cloud]:
        names = sorted(each.name for each in resources if each.judged_type == type_)
        share = f", {surge} % of a group at a time" if surge and "replaced" in happens else ""
        if names:
            yield f"{what} {', '.join(names)}: {happens}{share}"


def _stops(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.control.id in _IN_THE_WAY and verdict.outcome in (Outcome.FAIL, Outcome.WAIVED):
            yield f"{verdict.resource.name}: {'; '.join(verdict.messages)}"
