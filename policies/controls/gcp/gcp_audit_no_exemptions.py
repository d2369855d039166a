"""Nobody is left out of the audit log in Google Cloud."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody is left out of the audit log in Google Cloud",
    severity=Severity.MEDIUM,
    types=(gcp.AUDIT_CONFIG,),
    why="What an exempted member reads leaves no trace; a stolen account of theirs is the one to have.",
    fix="Remove exemptedMembers.",
    url="https://docs.cloud.google.com/logging/docs/audit/configure-data-access",
)
def check(props: Props) -> Iterator[str]:
    for index, log in enumerate(props.read("auditLogConfigs", provider_default=[])):
        if log.read("exemptedMembers", provider_default=[]):
            yield f"auditLogConfigs[{index}].exemptedMembers must be absent"
