"""What a GKE cluster was asked for is logged, reading as well."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack

_NEEDED = {"ADMIN_READ", "DATA_READ", "DATA_WRITE"}
_SERVICES = ("allServices", "container.googleapis.com")


@control(
    title="What a GKE cluster was asked for is logged, reading as well",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="By default Google logs changes only: nobody can say who read a Secret.",
    fix=(
        "Create the cluster through the component, or add a projects.IAMAuditConfig for container.googleapis.com "
        "with ADMIN_READ, DATA_READ and DATA_WRITE."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/audit-logging",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        logged = {
            log.read("logType", provider_default="")
            for config in stack.of_type(gcp.AUDIT_CONFIG)
            if config.props.read("service", provider_default="") in _SERVICES and gcp.same_project(config, cluster)
            for log in config.props.read("auditLogConfigs", provider_default=[])
        }
        if missing := _NEEDED - logged:
            yield Finding(resource=cluster, message=f"no IAMAuditConfig logs {', '.join(sorted(missing))}")
