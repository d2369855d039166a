"""Nobody writes logs in Azure with a shared key."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody writes logs in Azure with a shared key",
    severity=Severity.MEDIUM,
    types=(azure.WORKSPACE,),
    why="With the workspace's key anybody can write false records among the true ones, and nobody knows who did.",
    fix="Create the workspace through the component, or set features.disableLocalAuth to true.",
    url="https://learn.microsoft.com/azure/azure-monitor/fundamentals/best-practices-security",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("features.disableLocalAuth", provider_default=False):
        yield "features.disableLocalAuth must be true"
