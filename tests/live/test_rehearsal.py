"""The rehearsal says what the eviction API of the real API server answers, asked for each pod without evicting it.

Nothing runs without nodes, so the tests say for a kubelet that pods run and are ready; budgets are counted by the real
controller manager.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kubernetes import client

from preview import audit, cluster_objects, rehearsal
from preview.rehearsal import Reason, obstacles
from tests.live.admission import wait

pytestmark = pytest.mark.live

IMAGE = "registry.example/app@sha256:" + "0" * 64
RUNNING = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
UNREADY = {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]}


class Shop:
    """A namespace with ReplicaSets of named pods, and what answers when their pods are asked to leave."""

    def __init__(self, cluster: Any, namespace: str) -> None:
        self.namespace = namespace
        self.core = cluster.core
        self.apps = client.AppsV1Api(cluster.api)
        self.policy = client.PolicyV1Api(cluster.api)

    def replica_set(self, name: str, ready: int, unready: int = 0) -> None:
        labels = {"app": name}
        pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": IMAGE}]}}
        spec = {"replicas": ready + unready, "selector": {"matchLabels": labels}, "template": pod}
        self.apps.create_namespaced_replica_set(self.namespace, {"metadata": {"name": name}, "spec": spec})
        pods = wait(lambda: len(found := self.pods(f"app={name}")) == ready + unready and found)
        for index, each in enumerate(pods):
            self.runs(each.metadata.name, RUNNING if index < ready else UNREADY)

    def bare_pod(self, name: str) -> None:
        spec = {"containers": [{"name": "app", "image": IMAGE}]}
        metadata = {"name": name, "labels": {"app": name}}
        self.core.create_namespaced_pod(self.namespace, {"metadata": metadata, "spec": spec})
        self.runs(name, RUNNING)

    def runs(self, name: str, status: dict[str, Any]) -> None:
        self.core.patch_namespaced_pod_status(name, self.namespace, {"status": status})

    def budget(self, name: str, selects: str, healthy: int | None = None, **spec: Any) -> None:
        spec["selector"] = {"matchLabels": {"app": selects}}
        self.policy.create_namespaced_pod_disruption_budget(self.namespace, {"metadata": {"name": name}, "spec": spec})
        wait(lambda: self._counted(name, healthy))

    def _counted(self, name: str, healthy: int | None) -> bool:
        found = self.policy.read_namespaced_pod_disruption_budget(name, self.namespace)
        seen = found.status and found.status.observed_generation == found.metadata.generation
        return bool(seen) and (healthy is None or found.status.current_healthy == healthy)

    def pods(self, selector: str = "") -> list[Any]:
        return self.core.list_namespaced_pod(self.namespace, label_selector=selector).items

    def refused(self) -> set[str]:
        """The pods that the API server would not let go."""
        return {each.metadata.name for each in self.pods() if not self._goes(each.metadata.name)}

    def _goes(self, name: str) -> bool:
        eviction = {"metadata": {"name": name, "namespace": self.namespace}, "deleteOptions": {"dryRun": ["All"]}}
        try:
            self.core.create_namespaced_pod_eviction(name, self.namespace, eviction, dry_run="All")
        except client.ApiException as error:
            if error.status not in (429, 500):
                raise
            return False
        return True


@pytest.fixture
def shop(cluster: Any) -> Iterator[Shop]:
    name = f"rehearsal-{uuid.uuid4().hex[:8]}"
    cluster.core.create_namespace({"metadata": {"name": name}})
    try:
        yield Shop(cluster, name)
    finally:
        cluster.core.delete_namespace(name)


@pytest.fixture
def get(control_plane: Any) -> Callable[..., Any]:
    _, asks = audit.connect(control_plane.kubeconfig.read_text(), None)
    return asks


def test_the_rehearsal_says_of_each_pod_what_the_api_server_answers(shop: Shop, get: Callable[..., Any]) -> None:
    shop.replica_set("free", 2)
    shop.replica_set("fine", 3)
    shop.budget("fine", "fine", 3, maxUnavailable=1)
    shop.replica_set("never", 2)
    shop.budget("never", "never", 2, minAvailable="100%")
    shop.replica_set("numberless", 2)
    shop.budget("numberless", "numberless", 2)
    shop.replica_set("low", 1, unready=1)
    shop.budget("low", "low", 1, minAvailable=1)
    shop.replica_set("sick", 1, unready=2)
    shop.budget("sick", "sick", 1, minAvailable=2, unhealthyPodEvictionPolicy="AlwaysAllow")
    shop.replica_set("twice", 3)
    shop.budget("twice-a", "twice", 3, maxUnavailable=1)
    shop.budget("twice-b", "twice", 3, maxUnavailable=1)
    shop.bare_pod("alone")
    snapshot = cluster_objects.read(get, obstacles.TYPES)
    found = [each for each in rehearsal.of(snapshot.resources) if each.namespace == shop.namespace]
    told = {pod for each in found if each.reason.effect is rehearsal.Effect.STOPS for pod in each.pods}
    assert told == shop.refused()
    assert {(each.workload, each.reason) for each in found} == {
        ("ReplicaSet/never", Reason.BUDGET_ALLOWS_NONE),
        ("ReplicaSet/numberless", Reason.BUDGET_ALLOWS_NONE),
        ("ReplicaSet/low", Reason.BUDGET_EXHAUSTED),
        ("ReplicaSet/sick", Reason.BUDGET_EXHAUSTED),
        ("ReplicaSet/twice", Reason.SEVERAL_BUDGETS),
        ("Pod/alone", Reason.NO_CONTROLLER),
    }
    assert len(shop.pods()) == 2 + 3 + 2 + 2 + 2 + 3 + 3 + 1, "nobody was evicted"
