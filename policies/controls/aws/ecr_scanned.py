"""An image is scanned when it is pushed."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An image is scanned when it is pushed",
    severity=Severity.MEDIUM,
    types=(aws.REPOSITORY,),
    why="What is known to be vulnerable should be known before it runs.",
    fix="Create the repository through the component, or set imageScanningConfiguration.scanOnPush to true.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("imageScanningConfiguration.scanOnPush", provider_default=False):
        yield "imageScanningConfiguration.scanOnPush must be true"
