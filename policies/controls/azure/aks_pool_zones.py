"""Nodes of an AKS cluster stand in three zones."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_ZONES = 3


@control(
    title="Nodes of an AKS cluster stand in three zones",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "Azure puts a pool without zones wherever it likes, all of it in one building if need be: with that "
        "building go the workloads, and whatever guards them."
    ),
    fix="List three zones of the region in availabilityZones; waive it for a pool whose VM size is in fewer.",
    url="https://learn.microsoft.com/azure/aks/reliability-availability-zones-configure",
)
def check(pool: Props) -> Iterator[str]:
    if len(set(pool.read("availabilityZones", provider_default=[]))) < _ZONES:
        yield f"availabilityZones must list {_ZONES} zones"
