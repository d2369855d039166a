"""No policy opens a namespace to everyone or on every port."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No NetworkPolicy rule is open to every peer or every port",
    severity=Severity.HIGH,
    types=("kubernetes:networking.k8s.io/v1:NetworkPolicy",),
    why="A rule without peers or without ports undoes default-deny for the pods that it selects.",
    fix="Declare the flow in the Tenant's allow list: both ends and the ports.",
    url="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
)
def check(props: Props) -> Iterator[str]:
    for path, peers, ports in objects.rules(props):
        if not peers:
            yield f"{path} must name its peers"
        if not ports:
            yield f"{path} must name its ports"
        for index, peer in enumerate(peers):
            if objects.is_everyone(peer):
                yield f"{path} peer {index} must not select every pod of every namespace"
