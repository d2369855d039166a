"""An AKS cluster removes images that nothing uses."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster removes images that nothing uses",
    severity=Severity.LOW,
    types=(azure.CLUSTER,),
    why="Old images with known flaws stay on the nodes, where a pod may start them without asking any registry.",
    fix="Create the cluster through the component, or set securityProfile.imageCleaner.enabled to true.",
    url="https://learn.microsoft.com/azure/aks/image-cleaner",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base=False, automatic=True)
    if not props.read("securityProfile.imageCleaner.enabled", provider_default=preset):
        yield "securityProfile.imageCleaner.enabled must be true"
