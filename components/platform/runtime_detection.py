"""Detection of what happens in running containers, and its answer: Falco, Falcosidekick and Talon."""

from typing import Any

import pulumi
from pydantic import field_validator

from ..model import Quantity
from ..tenancy import Workload
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, PodSecurity, Quota
from . import detections, falco, falcosidekick, pod_identity, talon
from .charts import Chart
from .manifests import token
from .service import TENANT, ApiServer, ServiceArgs, Site
from .sinks import Sink
from .talon import Response

SENSORS = "runtime-sensors"
"""Short name of the namespace of Falco, whose pods look into the node; nothing else runs there."""
EVENTS = "runtime-events"
"""Short name of the namespace of what takes events on."""
_FULL_SENSORS = f"{TENANT}-{SENSORS}"
_FULL_EVENTS = f"{TENANT}-{EVENTS}"


class RuntimeDetectionArgs(ServiceArgs):
    """Detection of what happens in running containers, with one sink for its events and a limited response."""

    sink: Sink
    """Where events go."""
    response: Response = Response.OBSERVE
    """What a compromised pod of a tenant is answered with; pods of Kubernetes and of the platform never are."""
    disabled_rules: tuple[str, ...] = ()
    """Rules of `components/platform/falco_rules.yaml` that are off; each needs a waiver."""
    memory: Quantity = "1Gi"
    """Memory of the pod on each node."""

    @field_validator("disabled_rules")
    @classmethod
    def _are_rules(cls, disabled: tuple[str, ...]) -> tuple[str, ...]:
        known = detections.names(detections.SYSTEM_CALLS)
        for name in disabled:
            if name not in known:
                raise ValueError(f"{name!r} is no rule; there are {', '.join(known)}")
        return disabled

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the three charts."""
        return (falco.CHART, falcosidekick.CHART, talon.CHART)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the namespace of the sensors, which look into the node, and that of what takes events on."""
        return (
            Namespace(
                name=SENSORS,
                pod_security=PodSecurity.PRIVILEGED,
                # A pod on each node.
                quota=Quota(cpu="500", memory="1000Gi", ephemeral_storage="200Gi", storage="1Gi", pods=1000),
            ),
            Namespace(
                name=EVENTS,
                quota=Quota(cpu="4", memory="4Gi", storage="1Gi", pods=16),
                identities=pod_identity.identities(falcosidekick.ACCOUNT, self.sink.grants),
                workloads=(
                    Workload(name=falcosidekick.CHART, pods=falcosidekick.PODS),
                    Workload(name=talon.CHART, pods=talon.PODS),
                ),
            ),
        )

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the way of events: from the sensors to the sink and to what answers, which asks the API server."""
        receiver = Pods(namespace=EVENTS, pods=falcosidekick.PODS)
        answerer = Pods(namespace=EVENTS, pods=talon.PODS)
        sensors = Pods(namespace=SENSORS, pods=falco.PODS)
        to_sink = tuple(Port(port=each) for each in self.sink.ports)
        return (
            Flow(from_=sensors, to=receiver, ports=(Port(port=falcosidekick.PORT),)),
            Flow(from_=receiver, to=answerer, ports=(Port(port=talon.PORT),)),
            *(Flow(from_=receiver, to=network, ports=to_sink) for network in self.sink.networks),
            *(Flow(from_=answerer, to=network, ports=(Port(port=api_server.port),)) for network in api_server.networks),
        )

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create sensors, receiver and answer, and before them the limits of the answer."""
        RuntimeDetection(self, site, opts=pulumi.ResourceOptions(parent=parent))


class RuntimeDetection(pulumi.ComponentResource):
    """Falco on each node, Falcosidekick and Talon beside it.

    Controls: runtime-rules-on, runtime-sink-set, runtime-response-rehearsed, runtime-response-limited.
    """

    def __init__(self, args: RuntimeDetectionArgs, site: Site, *, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create it; raises `UserError` where a chart can't be rendered on this machine."""
        props: dict[str, Any] = {
            "sink": args.sink.kind,
            "response": args.response.value,
            "disabledRules": list(args.disabled_rules),
            "rules": len(detections.names(detections.SYSTEM_CALLS)) - len(args.disabled_rules),
        }
        super().__init__("secureclusters:platform:RuntimeDetection", "runtime-detection", props, opts)
        events = site.inside(_FULL_EVENTS, self)
        before = [*talon.limits(_FULL_EVENTS, args.response), *talon.leases(_FULL_EVENTS)]
        limits = [_register(manifest, events) for manifest in before]
        answering = pulumi.ResourceOptions.merge(events, pulumi.ResourceOptions(depends_on=limits))
        Chart(
            talon.CHART,
            talon.release(_FULL_EVENTS, response=args.response, kubernetes=site.kubernetes),
            adjust=talon.adjusted,
            opts=answering,
        )
        Chart(
            falcosidekick.CHART,
            falcosidekick.release(
                _FULL_EVENTS,
                sink=args.sink,
                answerer=f"http://{talon.CHART}.{_FULL_EVENTS}:{talon.PORT}",
                kubernetes=site.kubernetes,
            ),
            adjust=lambda manifest: falcosidekick.adjusted(manifest, has_account=bool(args.sink.grants)),
            opts=events,
        )
        Chart(
            falco.CHART,
            falco.release(
                _FULL_SENSORS,
                sink=f"http://{falcosidekick.CHART}.{_FULL_EVENTS}:{falcosidekick.PORT}",
                rules=falco.rules(args.disabled_rules),
                memory=args.memory,
                kubernetes=site.kubernetes,
            ),
            adjust=falco.adjusted,
            opts=site.inside(_FULL_SENSORS, self),
        )
        self.register_outputs(props)


def _register(manifest: dict[str, Any], opts: pulumi.ResourceOptions) -> pulumi.CustomResource:
    name = f"runtime-{manifest['metadata']['name']}"
    return pulumi.CustomResource(token(manifest), name, manifest, opts)
