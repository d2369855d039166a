"""Nobody can destroy a vault in Azure before its time."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody can destroy a vault in Azure before its time",
    severity=Severity.CRITICAL,
    types=(azure.VAULT,),
    why=(
        "With the vault goes the key, with the key every Secret of the cluster and every disk of its nodes: one "
        "call ends it for good."
    ),
    fix="Create the vault through the component, or set properties.enablePurgeProtection to true.",
    url="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("properties.enablePurgeProtection", provider_default=False):
        yield "properties.enablePurgeProtection must be true"
