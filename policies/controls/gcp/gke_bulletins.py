"""GKE tells of security bulletins and upgrades of a cluster."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_NEEDED = {"SECURITY_BULLETIN_EVENT", "UPGRADE_EVENT"}


@control(
    title="GKE tells of security bulletins and upgrades of a cluster",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="A bulletin says which flaw the cluster has today; who is not told learns it from the attacker.",
    fix="Create the cluster through the component, or set notificationConfig.pubsub.enabled with a topic.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/cluster-notifications",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("notificationConfig.pubsub.enabled", provider_default=False):
        yield "notificationConfig.pubsub.enabled must be true"
        return
    if "topic" not in props.read("notificationConfig.pubsub", provider_default={}):
        yield "notificationConfig.pubsub.topic must name a topic"
    told = props.read("notificationConfig.pubsub.filter.eventTypes", provider_default=[])
    if told and (missing := _NEEDED - set(told)):
        yield f"notificationConfig.pubsub.filter.eventTypes lacks {', '.join(sorted(missing))}"
