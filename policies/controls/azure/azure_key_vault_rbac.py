"""Azure's roles decide who uses a vault."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's roles decide who uses a vault",
    severity=Severity.MEDIUM,
    types=(azure.VAULT,),
    why=(
        "Access policies know no scope below the vault, no inheritance that can be reviewed and no time limit; "
        "whoever may write the vault gives himself any of them."
    ),
    fix=(
        "Create the vault through the component, or set properties.enableRbacAuthorization to true and remove "
        "accessPolicies."
    ),
    url="https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("properties.enableRbacAuthorization", provider_default=False):
        yield "properties.enableRbacAuthorization must be true"
