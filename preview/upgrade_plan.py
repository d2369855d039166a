"""What an upgrade of Kubernetes does to a cluster: what is replaced, in which order, and what would stop with it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.cloud_upgrades import CLOUDS, CloudUpgrades, of_cloud
from policies.model import Outcome, Resource, Verdict

_IN_THE_WAY = ("workload-disruption-budget", "workload-replicated")
"""Controls whose failures say what stops, or blocks the upgrade, when nodes are replaced."""


@dataclass(frozen=True, kw_only=True)
class UpgradePlan:
    """How one cluster is upgraded."""

    cluster: str
    """Name of the cluster."""
    kind: str
    """Kind of the cluster in a stack file, such as `eks`."""
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
        if resource.type != f"secureclusters:{cloud}:Cluster" or cloud not in CLOUDS:
            continue
        known = of_cloud(cloud)
        upgrades = resource.props.plain.get("upgrades", {})
        ends = upgrades.get("supportEnds")
        yield UpgradePlan(
            cluster=resource.name,
            kind=known.kind,
            version=upgrades.get("version", "of the channel"),
            channel=upgrades.get("channel", ""),
            support_ends=datetime.date.fromisoformat(ends) if ends else None,
            frozen=tuple(f"{each['from']} to {each['to']}: {each['reason']}" for each in upgrades.get("freezes", ())),
            steps=tuple(_steps(known, resources, upgrades.get("surge"))),
            stops=stops,
            notes=tuple(known.meanings.model_dump().values()),
        )


def _steps(of: CloudUpgrades, resources: Sequence[Resource], surge: int | None) -> Iterator[str]:
    for step in of.steps:
        names = sorted(each.name for each in resources if each.judged_type == step.type)
        share = f", {surge} % of a group at a time" if surge and "replaced" in step.happens else ""
        if names:
            yield f"{step.what} {', '.join(names)}: {step.happens}{share}"


def _stops(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.control.id in _IN_THE_WAY and verdict.outcome in (Outcome.FAIL, Outcome.WAIVED):
            yield f"{verdict.resource.name}: {'; '.join(verdict.messages)}"
