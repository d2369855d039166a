"""An AKS cluster names a group of administrators."""

import re
from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@control(
    title="An AKS cluster names a group of administrators",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "With local accounts off, a cluster without a named group is administered by whoever owns the "
        "subscription, or by nobody on the day when it matters."
    ),
    fix="Name at least one group's object id in cluster.breakGlass.",
    url="https://learn.microsoft.com/azure/aks/entra-id-control-plane-authentication",
)
def check(props: Props) -> Iterator[str]:
    groups = props.read("aadProfile.adminGroupObjectIDs", provider_default=[])
    if not groups:
        yield "aadProfile.adminGroupObjectIDs must name at least one group"
    for index, group in enumerate(groups):
        if not _OBJECT_ID.fullmatch(group):
            yield f"aadProfile.adminGroupObjectIDs[{index}] is no object id"
