"""Every use of a vault in Azure is logged."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Every use of a vault in Azure is logged",
    severity=Severity.HIGH,
    types=(azure.VAULT,),
    why="The log of the vault is the only record of who used the key that opens every Secret of the cluster.",
    fix="Create the vault through the component, or send AuditEvent to a workspace by a DiagnosticSetting.",
    url="https://learn.microsoft.com/azure/key-vault/general/logging",
)
def check(stack: Stack) -> Iterator[Finding]:
    for vault in stack.of_type(azure.VAULT):
        if not azure.logged(stack, vault) & {"AuditEvent", "audit", "allLogs"}:
            yield Finding(resource=vault, message="no DiagnosticSetting sends AuditEvent")
