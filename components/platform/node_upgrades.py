"""Upgrades of Kubernetes itself on nodes of K3s and RKE2 that the team runs, one node at a time, in a window.

Plans for Rancher's system-upgrade-controller: first the nodes of the control plane, then the workers. The controller,
its definition of plans and its service account are the platform team's to install: nobody was found who pins its
images by digest. A plan's pods are root on their node, so whoever may write plans owns every node.

Source: https://github.com/rancher/system-upgrade-controller (its definition of plans, read 2026-11-26).
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from ..model import DnsLabel, Settings
from ..upgrades import Window
from . import day_window

API = "upgrade.cattle.io/v1"
KIND = "Plan"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_TAINTS = (
    (_CONTROL_PLANE, "NoSchedule"),
    ("node-role.kubernetes.io/etcd", "NoExecute"),
    ("CriticalAddonsOnly", "NoExecute"),
)
"""What both distributions put on nodes of the control plane, where no workload runs on them."""
_UPGRADE_MINUTES = 30
"""How long a node may take once it is drained."""


class Distribution(StrEnum):
    """Which Kubernetes the nodes run."""

    K3S = "k3s"
    RKE2 = "rke2"


class NodeUpgrades(Settings):
    """The version that the nodes are brought to; it changes with a commit, never by itself."""

    distribution: Distribution
    """Which Kubernetes the nodes run."""
    version: Annotated[str, Field(pattern=r"^v1\.[0-9]+\.[0-9]+(-rc[0-9]+)?\+(k3s|rke2r)[0-9]+$")]
    """Release of the distribution, such as `v1.36.2+k3s1`. One minor at a time: Kubernetes supports no leap."""
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    """Digest of the image `k3s-upgrade` or `rke2-upgrade` of that release."""
    registry: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.:-]*(/[a-z0-9][a-z0-9._-]*)*$")] = "docker.io/rancher"
    """Where that image comes from: a registry, and the path in it."""
    namespace: DnsLabel = "system-upgrade"
    """Namespace that the controller looks for plans in."""
    service_account: DnsLabel = "system-upgrade"
    """Account of the controller there, by which a node is drained."""
    window: Window = Field(default_factory=Window)
    """When the upgrade of a node may begin; it ends on the day on which it began."""
    drain_minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] = 30
    """How long a node's pods have to leave. After it the plan stops, and the node stays cordoned until somebody looks:
    which pods would hold it, `python -m preview rehearse` tells before."""
    soak_minutes: Annotated[int, Field(ge=0, le=1440, strict=True)] = 10
    """How long the next node waits for the one before to show what the new release does."""

    def problems(self) -> Iterator[str]:
        """Yield a release of the other distribution, and a window that would never open."""
        if self.distribution.value not in self.version:
            yield f"nodeUpgrades.version {self.version} is no release of {self.distribution.value}"
        yield from day_window.problems("nodeUpgrades.window", self.window)

    def plans(self) -> list[dict[str, Any]]:
        """Return the plan of the control plane's nodes, and that of the workers, which waits for it."""
        first = f"{self.distribution.value}-control-plane"
        tolerations = [{"key": key, "operator": "Exists", "effect": effect} for key, effect in _TAINTS]
        return [
            self._plan(first, "Exists", exclusive=True, tolerations=tolerations),
            self._plan(
                f"{self.distribution.value}-workers",
                "DoesNotExist",
                prepare={"image": self._image, "args": ["prepare", first]},
            ),
        ]

    @property
    def _image(self) -> str:
        tag = self.version.replace("+", "-")
        return f"{self.registry}/{self.distribution.value}-upgrade:{tag}@{self.digest}"

    def _plan(self, name: str, operator: str, **more: Any) -> dict[str, Any]:
        window = day_window.words(self.window)
        spec = {
            "concurrency": 1,
            "version": self.version,
            "nodeSelector": {"matchExpressions": [{"key": _CONTROL_PLANE, "operator": operator}]},
            "serviceAccountName": self.service_account,
            "window": {
                "days": [window["day"]],
                "startTime": window["startTime"],
                "endTime": window["endTime"],
                "timeZone": "UTC",
            },
            # By the eviction API alone, so that budgets hold; a pod that nothing would make again is not deleted.
            "drain": {
                "timeout": f"{self.drain_minutes}m",
                "force": False,
                "disableEviction": False,
                "ignoreDaemonSets": True,
                "deleteEmptydirData": True,
            },
            "jobActiveDeadlineSecs": (self.drain_minutes + _UPGRADE_MINUTES) * 60,
            "postCompleteDelay": f"{self.soak_minutes}m",
            "upgrade": {"image": self._image},
            **more,
        }
        return {
            "apiVersion": API,
            "kind": KIND,
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": spec,
        }
