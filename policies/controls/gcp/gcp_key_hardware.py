"""A key in Google Cloud lives in hardware."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A key in Google Cloud lives in hardware",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.KEY,),
    why="A key in an HSM never leaves it, whoever owns the software around it.",
    fix="Set versionTemplate.protectionLevel to HSM when the key is made.",
    url="https://docs.cloud.google.com/kms/docs/hsm",
)
def check(props: Props) -> Iterator[str]:
    level = props.read("versionTemplate.protectionLevel", provider_default="SOFTWARE")
    if level == "SOFTWARE":
        yield "versionTemplate.protectionLevel must be HSM"
