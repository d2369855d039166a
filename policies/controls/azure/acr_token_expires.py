"""A token of Azure's registry has an end."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A token of Azure's registry has an end",
    severity=Severity.MEDIUM,
    types=("azure-native:containerregistry:Token",),
    why=(
        "The password of a repository token is valid for ever where nothing is said, and is no person's and no "
        "workload's."
    ),
    fix="Use a managed identity instead, or set credentials.passwords[].expiry.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
)
def check(props: Props) -> Iterator[str]:
    for index, password in enumerate(props.read("credentials.passwords", provider_default=[])):
        if password.read("expiry", provider_default=None) is None:
            yield f"credentials.passwords[{index}].expiry must be set"
