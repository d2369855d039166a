"""Nobody may act as every service account of a project."""

from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack

_AS_ANOTHER = (
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/iam.serviceAccountOpenIdTokenCreator",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountUser",
    "roles/iam.workloadIdentityUser",
)


@control(
    title="Nobody may act as every service account of a project",
    severity=Severity.HIGH,
    types=gcp_grants.WIDE,
    why=(
        "On a project these roles hold for every account in it, those of the nodes and of the pipeline as well: "
        "each is a way up."
    ),
    fix="Grant the role on the one account that it is about, by serviceaccount.IAMMember.",
    url="https://docs.cloud.google.com/iam/docs/service-account-permissions",
)
def check(stack: Stack) -> Iterator[Finding]:
    for grant in gcp_grants.grants(stack, *gcp_grants.WIDE):
        if grant.role in _AS_ANOTHER:
            yield Finding(resource=grant.resource, message="role must be granted on one account, not on all")
