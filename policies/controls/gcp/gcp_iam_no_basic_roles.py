"""Nobody has a basic role in Google Cloud, nor one that gives roles."""

from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack

_WIDEST = (
    "roles/editor",
    "roles/iam.securityAdmin",
    "roles/owner",
    "roles/resourcemanager.folderIamAdmin",
    "roles/resourcemanager.organizationAdmin",
    "roles/resourcemanager.projectIamAdmin",
    "roles/viewer",
)


@control(
    title="Nobody has a basic role in Google Cloud, nor one that gives roles",
    severity=Severity.CRITICAL,
    types=gcp_grants.EVERYWHERE,
    why=(
        "Owner, editor and viewer reach everything in the project, its secrets and keys as well, what is made "
        "next year too; who gives roles has them all."
    ),
    fix="Give the role that is made for the task, on the one resource that it is about.",
    url="https://docs.cloud.google.com/iam/docs/roles-overview#basic",
)
def check(stack: Stack) -> Iterator[Finding]:
    for grant in gcp_grants.grants(stack, *gcp_grants.EVERYWHERE):
        if grant.role in _WIDEST:
            yield Finding(resource=grant.resource, message=f"role must not be {grant.role}")
