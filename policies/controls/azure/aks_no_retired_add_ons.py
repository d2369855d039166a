"""An AKS cluster runs no add-on that has ended or is about to."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster runs no add-on that has ended or is about to",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "HTTP application routing publishes plain HTTP and has ended; Open Service Mesh has no maintainers; the "
        "routing add-on with NGINX is supported until November 2026 only."
    ),
    fix="Use the Gateway API instead; remove httpApplicationRouting, openServiceMesh and ingressProfile.webAppRouting.",
    url="https://learn.microsoft.com/azure/aks/app-routing-gateway-api",
)
def check(props: Props) -> Iterator[str]:
    for name in ("httpApplicationRouting", "openServiceMesh"):
        if azure.is_on(azure.add_on(props, name), absent=False):
            yield f"addonProfiles.{name}.enabled must not be true"
    if props.read("ingressProfile.webAppRouting.enabled", provider_default=False):
        yield "ingressProfile.webAppRouting.enabled must not be true"
