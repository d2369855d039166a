"""People get their rights in Google Cloud through groups."""

from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="People get their rights in Google Cloud through groups",
    severity=Severity.MEDIUM,
    types=gcp_grants.EVERYWHERE,
    why="A right of one person stays when they change teams; one of a group goes with their membership.",
    fix="Name a group.",
    url="https://docs.cloud.google.com/iam/docs/using-iam-securely",
)
def check(stack: Stack) -> Iterator[Finding]:
    for grant in gcp_grants.grants(stack, *gcp_grants.EVERYWHERE):
        if grant.member is not None and grant.member.startswith("user:"):
            yield Finding(resource=grant.resource, message=f"{grant.path} must be a group, not a person")
