"""No policy opens the addresses that hand out machine credentials."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No NetworkPolicy opens the cloud's metadata addresses",
    severity=Severity.HIGH,
    types=("kubernetes:networking.k8s.io/v1:NetworkPolicy",),
    why="The metadata service gives whoever asks the credentials of the node.",
    fix="Declare the flow in the Tenant's allow list, which cuts these addresses out, or add them to ipBlock.except.",
    url="https://kubernetes.io/docs/concepts/security/cloud-native-security/",
)
def check(props: Props) -> Iterator[str]:
    for path, block in objects.ip_blocks(props):
        if block.get("cidr") == objects.POD_IDENTITY_AGENT:
            continue
        for address in objects.open_metadata_addresses(block):
            yield f"{path} must not open {address}"
