"""The default accounts of Google Cloud have no role."""

from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack

_DEFAULTS = ("-compute@developer.gserviceaccount.com", "@appspot.gserviceaccount.com")


@control(
    title="The default accounts of Google Cloud have no role",
    severity=Severity.HIGH,
    types=gcp_grants.EVERYWHERE,
    why=(
        "Every machine and every function that names no account runs as one of them, so a role of theirs is a "
        "role of all."
    ),
    fix="Give the role to an account that was made for the task.",
    url="https://docs.cloud.google.com/iam/docs/service-account-types#default",
)
def check(stack: Stack) -> Iterator[Finding]:
    for grant in gcp_grants.grants(stack, *gcp_grants.EVERYWHERE):
        if grant.member is not None and grant.member.endswith(_DEFAULTS):
            yield Finding(resource=grant.resource, message=f"{grant.path} must not be a default account")
