"""Tags in Artifact Registry keep their image."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Tags in Artifact Registry keep their image",
    severity=Severity.HIGH,
    types=(gcp.REPOSITORY,),
    why="A tag that can be moved makes every image that was reviewed another one tomorrow.",
    fix="Create the registry through the component, or set dockerConfig.immutableTags to true.",
    url="https://docs.cloud.google.com/artifact-registry/docs/repositories/create-repos",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.stores_images(props):
        raise NotApplicableError("the repository stores no images of one's own")

    if not props.read("dockerConfig.immutableTags", provider_default=False):
        yield "dockerConfig.immutableTags must be true"
