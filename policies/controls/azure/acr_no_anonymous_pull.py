"""Azure's registry gives nothing to callers without credentials."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's registry gives nothing to callers without credentials",
    severity=Severity.HIGH,
    types=(azure.REGISTRY,),
    why="Images show an attacker which flaws to use and, too often, which secrets were left in them.",
    fix="Remove anonymousPullEnabled.",
    url="https://learn.microsoft.com/azure/container-registry/anonymous-pull-access",
)
def check(props: Props) -> Iterator[str]:
    if props.read("anonymousPullEnabled", provider_default=False):
        yield "anonymousPullEnabled must not be true"
