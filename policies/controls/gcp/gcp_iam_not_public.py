"""Nothing in Google Cloud is granted to everyone."""

from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Nothing in Google Cloud is granted to everyone",
    severity=Severity.CRITICAL,
    types=gcp_grants.EVERYWHERE,
    why="allUsers is the internet, and allAuthenticatedUsers is everyone with a Google account.",
    fix="Name a group or an account.",
    url="https://docs.cloud.google.com/iam/docs/principals-overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for grant in gcp_grants.grants(stack, *gcp_grants.EVERYWHERE):
        if grant.member in ("allUsers", "allAuthenticatedUsers"):
            yield Finding(resource=grant.resource, message=f"{grant.path} must not be everyone")
