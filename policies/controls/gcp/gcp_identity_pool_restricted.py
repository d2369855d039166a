"""A pool of identities in Google Cloud takes chosen callers of an issuer only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A pool of identities in Google Cloud takes chosen callers of an issuer only",
    severity=Severity.HIGH,
    types=(gcp.POOL_PROVIDER,),
    why=(
        "An issuer such as that of GitHub signs for everyone: without a condition every repository in the world "
        "gets an identity in the project."
    ),
    fix="Set attributeCondition, such as assertion.repository_owner_id == '1234'.",
    url="https://docs.cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("attributeCondition", provider_default=""):
        yield "attributeCondition must say whose identities are taken"
