"""A policy on images refuses; it doesn't only warn."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A policy on images refuses what it can't verify",
    severity=Severity.HIGH,
    types=objects.IMAGE_POLICIES,
    why="In the mode warn an image without a signature runs, and the warning reaches whoever smuggled it in.",
    fix="Leave spec.mode out, or at enforce.",
    url="https://docs.sigstore.dev/policy-controller/overview/",
)
def check(props: Props) -> Iterator[str]:
    # Absent, or empty, means enforce.
    if props.read("spec.mode", provider_default="enforce") not in ("enforce", ""):
        yield "spec.mode is not enforce"
