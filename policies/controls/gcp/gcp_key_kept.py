"""A key in Google Cloud can't be destroyed by a slip."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A key in Google Cloud can't be destroyed by a slip",
    severity=Severity.HIGH,
    types=(gcp.KEY,),
    why=(
        "When the resource is deleted all versions of the key are destroyed, and with them the Secrets and disks "
        "of the cluster."
    ),
    fix="Create the key through the component, or set deletionPolicy to PREVENT.",
    url="https://www.pulumi.com/registry/packages/gcp/api-docs/kms/cryptokey/",
)
def check(props: Props) -> Iterator[str]:
    if props.read("deletionPolicy", provider_default="DELETE") not in ("PREVENT", "ABANDON"):
        yield "deletionPolicy must be PREVENT"
