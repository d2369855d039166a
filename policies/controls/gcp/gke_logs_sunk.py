"""A sink takes the logs of a GKE cluster to a bucket of their own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack


def _takes_away(stack: Stack, sink: Resource) -> bool:
    there = gcp.names(stack, sink, sink.props, "destination", gcp.LOG_BUCKET)
    return there and not sink.props.read("disabled", provider_default=False)


@control(
    title="A sink takes the logs of a GKE cluster to a bucket of their own",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why=(
        "Without one the logs lie in the project's bucket _Default for thirty days, among everything else, and "
        "whoever reads one reads all."
    ),
    fix=(
        "Create the cluster through the component, or add a logging.ProjectSink to a logging.ProjectBucketConfig; "
        "one of the organization's is waived."
    ),
    url="https://docs.cloud.google.com/logging/docs/export/configure_export_v2",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        sinks = [each for each in stack.of_type(gcp.LOG_SINK) if gcp.same_project(each, cluster)]
        if not any(_takes_away(stack, each) for each in sinks):
            yield Finding(resource=cluster, message="no logging.ProjectSink of its project takes its logs away")
