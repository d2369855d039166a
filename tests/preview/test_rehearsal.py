"""Who would stop an upgrade, told from objects as the API server lists them."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from policies.model import Resource
from policies.values import plain
from preview import audit, rehearsal
from preview.__main__ import _app
from preview.rehearsal import Reason, obstacles, report
from tests.preview.cluster import raw

READY = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
UNREADY = {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]}


def pod(name: str = "web-1", *, owner: str | None = "ReplicaSet/web", status: Any = READY, **fields: Any) -> Resource:
    kind, _, controller = (owner or "").partition("/")
    references = [{"kind": kind, "name": controller, "controller": True}] if owner else []
    metadata = {"name": name, "namespace": "shop", "labels": {"app": "web"}, "ownerReferences": references}
    metadata |= fields.pop("metadata", {})
    return raw(obstacles.POD, f"shop/{name}", {"metadata": metadata, "spec": fields, "status": status})


def budget(
    name: str = "web", *, numbers: Any = None, selector: Any = None, policy: str | None = None, **status: Any
) -> Resource:
    counted = {
        "observedGeneration": 1,
        "disruptionsAllowed": 0,
        "expectedPods": 3,
        "desiredHealthy": 2,
        "currentHealthy": 2,
    }
    spec = {"selector": {"matchLabels": {"app": "web"}} if selector is None else selector}
    spec |= {"maxUnavailable": 1} if numbers is None else numbers
    spec |= {"unhealthyPodEvictionPolicy": policy} if policy else {}
    metadata = {"name": name, "namespace": "shop", "generation": 1}
    return raw(obstacles.BUDGET, f"shop/{name}", {"metadata": metadata, "spec": spec, "status": {**counted, **status}})


def replicas(number: int | None, name: str = "web") -> Resource:
    spec = {} if number is None else {"replicas": number}
    metadata = {"name": name, "namespace": "shop"}
    return raw("kubernetes:apps/v1:ReplicaSet", f"shop/{name}", {"metadata": metadata, "spec": spec})


def reasons(*resources: Resource) -> list[Reason]:
    return [each.reason for each in rehearsal.of(resources)]


def test_a_budget_that_lets_one_go_stops_nothing() -> None:
    assert reasons(pod(), replicas(3), budget(disruptionsAllowed=1, currentHealthy=3)) == []


def test_a_budget_that_can_never_let_one_go_is_told_apart_from_one_that_lets_none_go_now() -> None:
    assert reasons(pod(), budget(desiredHealthy=3)) == [Reason.BUDGET_ALLOWS_NONE]
    assert reasons(pod(), budget()) == [Reason.BUDGET_EXHAUSTED]


def test_a_budget_without_a_number_never_lets_one_go() -> None:
    assert reasons(pod(), budget(numbers={}, expectedPods=0, desiredHealthy=0)) == [Reason.BUDGET_ALLOWS_NONE]


def test_a_budget_that_nobody_has_counted_for_stops_it() -> None:
    assert reasons(pod(), budget(observedGeneration=0, disruptionsAllowed=1)) == [Reason.BUDGET_STALE]


def test_two_budgets_for_a_pod_stop_it_whatever_they_allow() -> None:
    both = [budget("a", disruptionsAllowed=1), budget("b", disruptionsAllowed=1)]
    (found,) = rehearsal.of([pod(), *both])
    assert (found.reason, found.budgets) == (Reason.SEVERAL_BUDGETS, ("a", "b"))


def test_a_pod_that_is_not_ready_goes_where_the_budget_says_so_or_enough_others_are() -> None:
    assert reasons(pod(status=UNREADY), budget(policy="AlwaysAllow", currentHealthy=0)) == []
    assert reasons(pod(status=UNREADY), budget(currentHealthy=2)) == []
    assert reasons(pod(status=UNREADY), budget(currentHealthy=1)) == [Reason.BUDGET_EXHAUSTED]


def test_who_does_not_run_yet_or_leaves_already_costs_no_budget_anything() -> None:
    assert reasons(pod(status={"phase": "Pending"}), budget()) == []
    assert reasons(pod(metadata={"deletionTimestamp": "2026-11-25T00:00:00Z"}), budget()) == []


def test_budgets_of_other_pods_and_without_a_selector_are_about_none() -> None:
    other = raw(obstacles.BUDGET, "shop/x", {"metadata": {"name": "x", "namespace": "shop"}, "spec": {}})
    assert reasons(pod(), other, budget(selector={"matchLabels": {"app": "api"}})) == []
    assert reasons(pod(), budget(selector={})) == [Reason.BUDGET_EXHAUSTED]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"owner": None}, Reason.NO_CONTROLLER),
        ({"volumes": [{"name": "a", "emptyDir": {}}]}, Reason.LOCAL_STORAGE),
        ({"volumes": [{"name": "a", "hostPath": {"path": "/data"}}]}, Reason.LOCAL_STORAGE),
    ],
)
def test_what_is_lost_or_never_there_again_is_told(changes: dict[str, Any], reason: Reason) -> None:
    assert reasons(pod(**changes), replicas(2)) == [reason]


def test_memory_and_claims_are_no_local_storage() -> None:
    volumes = [
        {"name": "a", "emptyDir": {"medium": "Memory"}},
        {"name": "b", "persistentVolumeClaim": {"claimName": "c"}},
    ]
    assert reasons(pod(volumes=volumes), replicas(2)) == []


def test_the_only_replica_is_told_and_absent_replicas_are_one() -> None:
    assert reasons(pod(), replicas(1)) == [Reason.SINGLE_REPLICA]
    assert reasons(pod(), replicas(None)) == [Reason.SINGLE_REPLICA]


def test_pods_of_the_node_and_finished_ones_stay_out_of_it() -> None:
    volumes = [{"name": "a", "emptyDir": {}}]
    assert reasons(pod(owner="DaemonSet/agent", volumes=volumes)) == []
    assert (
        reasons(pod(owner="Node/n", volumes=volumes, metadata={"annotations": {"kubernetes.io/config.mirror": "x"}}))
        == []
    )
    assert reasons(pod(owner="Job/j", volumes=volumes, status={"phase": "Succeeded"})) == []


def test_pods_of_a_workload_are_told_together() -> None:
    (found,) = rehearsal.of([pod("web-2"), pod("web-1"), budget()])
    assert (found.workload, found.pods, found.budgets) == ("ReplicaSet/web", ("web-1", "web-2"), ("web",))
    told = list(report.lines([found], {"v1 Pod": "403 Forbidden"}))
    assert told[0] == "1 workloads would stop an upgrade"
    assert told[1].startswith("  shop/ReplicaSet/web: budget-exhausted (web), web-1, web-2; ")
    assert told[-1] == "not read: v1 Pod: 403 Forbidden"


@pytest.mark.parametrize(("status", "code"), [(200, 0), (403, 1)])
def test_the_command_denies_what_stops_an_upgrade_and_what_it_could_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, status: int, code: int
) -> None:
    def get(path: str, query: Any) -> tuple[int, dict[str, Any]]:
        if path in ("/api/v1", "/apis/apps/v1", "/apis/policy/v1"):
            names = ["pods/Pod", "poddisruptionbudgets/PodDisruptionBudget", "replicasets/ReplicaSet"]
            return 200, {"resources": [{"name": each.split("/")[0], "kind": each.split("/")[1]} for each in names]}
        item = plain(pod(owner=None).props.plain)
        return status, {"metadata": {}, "items": [item] if path.endswith("/v1/pods") else []}

    monkeypatch.setattr(audit, "connect", lambda kubeconfig, context: ("https://server", get))
    (tmp_path / "kubeconfig").write_text("x")
    output = tmp_path / "report.json"
    arguments = ["rehearse", "--kubeconfig", str(tmp_path / "kubeconfig"), "--format", "json", "--output", str(output)]
    answer = CliRunner().invoke(_app(["rehearse", "audit"]), arguments)
    assert answer.exit_code == code, answer.output
    document = json.loads(output.read_text())
    assert [each["reason"] for each in document["obstacles"]] == (["no-controller"] if status == 200 else [])
    assert bool(document["notRead"]) is (status == 403)
