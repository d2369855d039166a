"""Images in Artifact Registry are scanned for flaws."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack

_SCANNER = "containerscanning.googleapis.com"


@control(
    title="Images in Artifact Registry are scanned for flaws",
    severity=Severity.HIGH,
    types=(gcp.REPOSITORY,),
    why=(
        "A flaw that is found after an image was built shows in its registry only; the scan of workloads in the "
        "cluster has ended."
    ),
    fix=(
        "Create the registry through the component, or enable the service containerscanning.googleapis.com and "
        "leave vulnerabilityScanningConfig.enablementConfig at INHERITED."
    ),
    url="https://docs.cloud.google.com/artifact-registry/docs/analysis",
)
def check(stack: Stack) -> Iterator[Finding]:
    for repository in stack.of_type(gcp.REPOSITORY):
        if repository.props.read("mode", provider_default="STANDARD_REPOSITORY") == "VIRTUAL_REPOSITORY":
            continue  # it stores nothing itself
        wanted = repository.props.read("vulnerabilityScanningConfig.enablementConfig", provider_default="INHERITED")
        if wanted == "DISABLED":
            yield Finding(
                resource=repository, message="vulnerabilityScanningConfig.enablementConfig must not be DISABLED"
            )
        elif not any(
            service.props.read("service", provider_default="") == _SCANNER and gcp.same_project(service, repository)
            for service in stack.of_type(gcp.SERVICE)
        ):
            yield Finding(resource=repository, message=f"no projects.Service enables {_SCANNER}")
