"""Disruption budgets hold while a node pool is deleted."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Disruption budgets hold while a node pool is deleted",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.NODE_POOL,),
    why="GKE otherwise takes the nodes away at once, and with them the last replica of a service.",
    fix=(
        "Create the node pool through the component, or set nodeDrainConfigs[].respectPdbDuringNodePoolDeletion "
        "to true."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/node-pools",
)
def check(props: Props) -> Iterator[str]:
    configs = props.read("nodeDrainConfigs", provider_default=[])
    if not any(each.read("respectPdbDuringNodePoolDeletion", provider_default=False) for each in configs):
        yield "nodeDrainConfigs[0].respectPdbDuringNodePoolDeletion must be true"
