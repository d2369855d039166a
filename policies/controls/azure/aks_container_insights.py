"""Logs and metrics of an AKS cluster are collected, without a shared key."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Logs and metrics of an AKS cluster are collected, without a shared key",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "What a container wrote before it was killed is often the only trace. With a workspace key instead of an "
        "identity, any pod that reads the key can write false traces."
    ),
    fix=(
        "Create the cluster through the component, or set addonProfiles.omsagent.enabled to true, "
        "config.useAADAuth to the text true, and azureMonitorProfile.metrics.enabled to true."
    ),
    url="https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable",
)
def check(props: Props) -> Iterator[str]:
    profile = azure.add_on(props, "omsagent")
    if not azure.is_on(profile, absent=False):
        yield "addonProfiles.omsagent.enabled must be true"
    elif profile.read("config.useAADAuth", provider_default="false") != "true":
        yield "addonProfiles.omsagent.config.useAADAuth must be the text true"
    if not props.read("azureMonitorProfile.metrics.enabled", provider_default=False):
        yield "azureMonitorProfile.metrics.enabled must be true"
