"""Deployments and machines get nothing out of a vault in Azure."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Deployments and machines get nothing out of a vault in Azure",
    severity=Severity.MEDIUM,
    types=(azure.VAULT,),
    why=(
        "These switches let the platform read secrets for whoever may deploy a template or a machine, past the "
        "vault's own roles."
    ),
    fix="Remove properties.enabledForTemplateDeployment and properties.enabledForDeployment.",
    url="https://learn.microsoft.com/azure/key-vault/general/security-features",
)
def check(props: Props) -> Iterator[str]:
    for key in ("enabledForTemplateDeployment", "enabledForDeployment"):
        if props.read(f"properties.{key}", provider_default=False):
            yield f"properties.{key} must not be true"
