"""A service account in Google Cloud has no key."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A service account in Google Cloud has no key",
    severity=Severity.HIGH,
    types=(gcp.ACCOUNT_KEY,),
    why=(
        "A key is a password that never ends and that nobody sees being copied; it lies in the state of the stack "
        "as well."
    ),
    fix="Remove the key: workloads use their workload identity, pipelines a pool of identities.",
    url="https://docs.cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("publicKeyData", provider_default=None):
        yield "the key must not be there"
