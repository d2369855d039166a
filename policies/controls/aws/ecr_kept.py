"""A repository with images isn't deleted."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A repository with images isn't deleted",
    severity=Severity.MEDIUM,
    types=(aws.REPOSITORY,),
    why="With the images goes the way back to what ran yesterday.",
    fix="Create the repository through the component, or leave forceDelete out.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-delete.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("forceDelete", provider_default=False):
        yield "forceDelete must be false"
