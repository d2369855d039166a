"""Workloads that a namespace declares: how many of their pods may be away while nodes are drained.

The toolkit deploys none of them. Replicas, spread and probes are their manifests' own, which the controls
`workload-replicated` and `workload-spread` judge.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs
from pulumi_kubernetes.policy import v1
from pydantic import Field

from ..model import DnsLabel, Settings


class Workload(Settings):
    """Pods that stay in service while nodes are drained."""

    name: DnsLabel
    """Name of the workload, and of its PodDisruptionBudget."""
    pods: Annotated[dict[str, str], Field(min_length=1)]
    """Labels that its pods carry, and no others'."""
    away: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    """Most pods that may be away at the same time; one at least, or no node could ever be drained."""


def budget(workload: Workload) -> v1.PodDisruptionBudgetSpecArgs:
    """Return the budget; pods that aren't ready serve nobody, so they hold no node back."""
    return v1.PodDisruptionBudgetSpecArgs(
        selector=LabelSelectorArgs(match_labels=workload.pods),
        max_unavailable=workload.away,
        unhealthy_pod_eviction_policy="AlwaysAllow",
    )


def problems(workloads: Sequence[Workload]) -> Iterator[str]:
    """Yield the workloads of one namespace whose pods are the same: no pod with two budgets is ever let go."""
    names = [each.name for each in workloads]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the workload {name!r} is declared twice; remove one"
    for index, one in enumerate(workloads):
        for other in workloads[index + 1 :]:
            shared = one.pods.keys() & other.pods.keys()
            if all(one.pods[key] == other.pods[key] for key in shared):
                yield (
                    f"the workloads {one.name!r} and {other.name!r} may be the same pods, and a pod with two budgets "
                    "is never let go; tell them apart by different values of one label"
                )
