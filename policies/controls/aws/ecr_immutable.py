"""The tag of an image never moves."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The tag of an image never moves",
    severity=Severity.HIGH,
    types=(aws.REPOSITORY, aws.CREATION_TEMPLATE),
    why="Whoever may push could otherwise replace what runs in production under the same name.",
    fix="Create the repository through the component, or set imageTagMutability to IMMUTABLE.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("imageTagMutability", provider_default="MUTABLE") != "IMMUTABLE":
        yield "imageTagMutability must be IMMUTABLE"
