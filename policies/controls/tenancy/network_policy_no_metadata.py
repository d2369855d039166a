"""No policy opens the addresses that hand out machine credentials."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="No NetworkPolicy opens the cloud's metadata addresses",
    severity=Severity.HIGH,
    types=("kubernetes:networking.k8s.io/v1:NetworkPolicy",),
    why="The metadata service gives whoever asks the credentials of the node.",
    fix="Declare the flow in the Tenant's allow list, which cuts these addresses out, or add them to ipBlock.except.",
    url="https://kubernetes.io/docs/concepts/security/cloud-native-security/",
)
def check(stack: Stack) -> Iterator[Finding]:
    signs_in = objects.namespaces_with_gke_identities(stack)
    for policy in stack.of_type("kubernetes:networking.k8s.io/v1:NetworkPolicy"):
        of_gke = objects.namespace_of(policy) in signs_in
        for path, ports, block in objects.ip_blocks(policy.props):
            accepted = (
                block.get("cidr") == objects.POD_IDENTITY_AGENT
                or objects.only_asks_names(block, ports)
                or (of_gke and objects.only_signs_in(block, ports))
            )
            for address in () if accepted else objects.open_metadata_addresses(block):
                yield Finding(resource=policy, message=f"{path} must not open {address}")
