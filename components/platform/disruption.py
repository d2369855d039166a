"""Patches of nodes without an outage: who gives way to whom, and when nodes restart.

Budgets belong to the namespaces whose workloads they are about (`tenancy/workload.py`); which workloads would stop the
draining of nodes anyhow, `python -m preview rehearse` tells of a running cluster. Restarts are for nodes that no cloud
patches: their own package manager asks for one, and kured drains and restarts one node at a time, in a window. Upgrades
of Kubernetes on such nodes are plans (`node_upgrades.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import pulumi
import pulumi_kubernetes as k8s
from pydantic import Field

from ..model import Settings
from ..naming import cluster_role_name
from ..tenancy import TenantArgs
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, PodSecurity, Quota
from ..upgrades import Window
from . import day_window, versions
from .charts import Chart, register
from .node_upgrades import NodeUpgrades
from .rendering import Release
from .service import TENANT, ApiServer, ServiceArgs, Site

NAMESPACE = "patching"
"""Short name of the namespace that kured runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"
CHART = "kured"
PRIORITIES: Mapping[str, tuple[int, str, str]] = {
    "critical": (100_000, "PreemptLowerPriority", "what everybody waits for; others give way to it"),
    "deferrable": (-100_000, "Never", "what may wait; it gives way to all others, and drives nobody away"),
}
"""Value, preemption policy and meaning of each PriorityClass `secure-clusters-<name>`; pods without one are at 0."""


class Patching(Settings):
    """When nodes that ask for a restart are drained and restarted, one at a time."""

    window: Window = Field(default_factory=Window)
    """When a restart may begin; it ends on the day on which it began."""
    drain_minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] = 30
    """How long a node's pods have to leave; after it the node stays as it is, and is tried again."""
    sentinel: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._/-]+$")] = "/var/run/reboot-required"
    """File by which a node asks for a restart."""
    most_nodes: Annotated[int, Field(ge=1, le=3000, strict=True)] = 100
    """Most nodes that the cluster has; a pod runs on each."""


class DisruptionArgs(ServiceArgs):
    """Priorities of pods, and restarts of nodes in a window."""

    patching: Patching | None = None
    """Restarts for patches of the operating system; absent where a cloud replaces the nodes."""
    node_upgrades: NodeUpgrades | None = None
    """Upgrades of Kubernetes on nodes of K3s or RKE2; absent where a cloud or kubeadm upgrades them."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return kured's chart, where nodes are restarted."""
        return (CHART,) if self.patching else ()

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return kured's namespace: its pods restart their node from its own process space."""
        if self.patching is None:
            return ()
        most = self.patching.most_nodes
        quota = Quota(
            cpu=str(most), memory=f"{most}Gi", ephemeral_storage=f"{most}Gi", storage="1Gi", pods=min(2 * most, 6000)
        )
        return (Namespace(name=NAMESPACE, pod_security=PodSecurity.PRIVILEGED, quota=quota),)

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return kured's way to the API server."""
        if self.patching is None:
            return ()
        everyone = Pods(namespace=NAMESPACE, pods="all")
        return tuple(
            Flow(from_=everyone, to=network, ports=(Port(port=api_server.port),)) for network in api_server.networks
        )

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield windows that would never open, and an upgrade to another distribution."""
        del tenants
        if self.patching:
            yield from day_window.problems("patching.window", self.patching.window)
        if self.node_upgrades:
            yield from self.node_upgrades.problems()

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the PriorityClasses, kured where nodes are restarted, and the plans where they are upgraded."""
        for name, (value, preemption, meaning) in PRIORITIES.items():
            full = cluster_role_name(name)
            k8s.scheduling.v1.PriorityClass(
                f"{TENANT}-priority-{name}",
                metadata=k8s.meta.v1.ObjectMetaArgs(name=full),
                value=value,
                preemption_policy=preemption,
                description=meaning,
                opts=pulumi.ResourceOptions(parent=parent),
            )
        if self.patching is not None:
            release = Release(
                name=CHART, namespace=FULL_NAMESPACE, values=values(self.patching), kubernetes=site.kubernetes
            )
            Chart(CHART, release, opts=site.inside(FULL_NAMESPACE, parent))
        if self.node_upgrades is not None:
            register(self.node_upgrades.plans(), pulumi.ResourceOptions(parent=parent))


def values(patching: Patching) -> dict[str, Any]:
    """Return the values of kured's chart: the window in its words, and a drain that is never forced."""
    window, image = day_window.words(patching.window), versions.charts()[CHART].images["kured"]
    amounts = {"cpu": "50m", "memory": "64Mi", "ephemeral-storage": "32Mi"}
    return {
        "image": {"repository": image.repository, "tag": image.tag},
        "configuration": {
            "rebootDays": [window["day"]],
            "startTime": window["startTime"],
            "endTime": window["endTime"],
            "timeZone": "UTC",
            "period": "10m",
            "concurrency": 1,
            "drainTimeout": f"{patching.drain_minutes}m",
            "forceReboot": False,
            "rebootSentinel": patching.sentinel,
            "annotateNodes": True,
        },
        "resources": {"requests": amounts, "limits": amounts},
    }
