"""Priorities, restarts of nodes in a window, and the benchmark of nodes."""

from collections.abc import Callable
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import disruption
from components.upgrades import Weekday, Window
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from preview import reachability
from tests.components.platform.test_mesh import CLUSTERS
from tests.recording import record

IMAGE = "docker.io/aquasec/kube-bench@sha256:" + "a" * 64
PATCHING: dict[str, Any] = {"disruption": {"patching": {"window": {"day": "saturday", "start": "01:30", "hours": 5}}}}
UPGRADES: dict[str, Any] = {
    "distribution": "k3s",
    "version": "v1.36.2+k3s1",
    "digest": "sha256:" + "b" * 64,
    "window": {"day": "saturday", "start": "01:30", "hours": 5},
    "drainMinutes": 45,
}
NODE_AUDIT: dict[str, Any] = {"nodeAudit": {"image": IMAGE}}
BENCHMARK = ("platform-node-audit-control-plane", "platform-node-audit-worker")
NEEDED_BY_THE_BENCHMARK = {
    ("namespace-pod-security", "platform-node-audit"),
    *(
        (control, name)
        for name in BENCHMARK
        for control in (
            # It reads, and only reads, the files of its node and the arguments of its processes, as only root can.
            "workload-no-host-namespaces",
            "workload-no-host-path",
            "workload-no-root-group",
            "workload-no-sensitive-host-path",
            "workload-runs-as-non-root",
            "workload-user-not-root",
            "workload-volume-types",
        )
    ),
    # The nodes of the control plane are what it is asked about.
    ("workload-no-control-plane-toleration", BENCHMARK[0]),
}
NEEDED_BY_PATCHING = {
    # kured restarts its node from the node's own process space: the level is the namespace's named choice.
    ("namespace-pod-security", "platform-patching"),
    # Neither its archive nor its image has a known digest; see versions.yaml.
    ("platform-chart-pinned", "kured"),
}


def load(kind: str = "existing", **platform: Any) -> settings.StackSettings:
    given = {"owner": "platform-team", "admission": {"deployers": {"groups": ["deployers"]}}}
    platform = {"apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]}, **platform}
    return settings.load({**given, **CLUSTERS[kind], "platform": platform}, "test")


@pytest.fixture
def recorded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Resource]]:
    """What a stack registers on a machine that has no chart."""
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    return lambda kind="existing", **platform: list(record(lambda: deploy(load(kind, **platform)) and None).values())


def refused(resources: list[Resource], *outcomes: Outcome) -> set[tuple[str, str]]:
    controls = all_controls(Parameters.of({"allowedRegistries": ["docker.io/aquasec"]}))
    return {
        (each.control.id, each.resource.name)
        for each in evaluate(resources, (), clock.today(), controls).verdicts
        if each.control.enforcement is Enforcement.MANDATORY and each.outcome in outcomes
    }


@pytest.mark.parametrize("kind", CLUSTERS)
@pytest.mark.parametrize(
    ("platform", "needed"),
    [({"disruption": {}}, set()), (PATCHING, NEEDED_BY_PATCHING), (NODE_AUDIT, NEEDED_BY_THE_BENCHMARK)],
    ids=["priorities alone", "patching", "node audit"],
)
def test_on_every_kind_of_cluster_nothing_is_refused_but_what_is_needed(
    recorded: Callable[..., list[Resource]], kind: str, platform: dict[str, Any], needed: set[tuple[str, str]]
) -> None:
    resources = recorded(kind, **platform)
    before = {name for _, name in refused(recorded(kind, disruption={}), Outcome.FAIL, Outcome.ERROR)}
    found = refused(resources, Outcome.FAIL, Outcome.ERROR)
    assert {each for each in found if each[1] not in before} == needed
    assert reachability.of(resources).surprises == ()


def test_a_chart_that_nobody_can_look_into_is_unknown_and_is_refused_under_the_engine(
    recorded: Callable[..., list[Resource]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(recorded(**PATCHING), Outcome.UNKNOWN) == {("platform-chart-rendered", "kured")}
    monkeypatch.delenv("SECURE_CLUSTERS_OFFLINE")
    with pytest.raises(UserError, match="the chart kured has no archive whose sum is known"):
        recorded(**PATCHING)


def test_priorities_alone_need_no_namespace(recorded: Callable[..., list[Resource]]) -> None:
    resources = recorded(disruption={})
    assert not [each.key for each in resources if each.type.endswith(":Namespace")]
    classes = {
        each.props.plain["metadata"]["name"]: each.props.plain
        for each in resources
        if each.type.endswith("PriorityClass")
    }
    assert sorted(classes) == ["secure-clusters-critical", "secure-clusters-deferrable"]
    assert not any(each.get("globalDefault") for each in classes.values()), "pods without a class stay at 0"
    assert classes["secure-clusters-deferrable"]["preemptionPolicy"] == "Never"
    assert all(abs(each["value"]) < 1_000_000_000 for each in classes.values()), "the cluster's own parts stand above"


@pytest.mark.parametrize(
    ("window", "told"),
    [
        (Window(day=Weekday.SATURDAY, start="01:30", hours=5), ("sa", "01:30", "06:30")),
        (Window(day=Weekday.THURSDAY, start="20:00", hours=4), ("th", "20:00", "23:59")),
    ],
)
def test_the_window_is_kureds_in_its_own_words(window: Window, told: tuple[str, str, str]) -> None:
    said = disruption.values(disruption.Patching(window=window, drain_minutes=45))["configuration"]
    assert (said["rebootDays"], said["startTime"], said["endTime"]) == ([told[0]], told[1], told[2])
    assert (said["timeZone"], said["drainTimeout"], said["forceReboot"], said["concurrency"]) == (
        "UTC",
        "45m",
        False,
        1,
    )


def test_a_window_past_midnight_is_refused_as_it_would_never_open() -> None:
    with pytest.raises(UserError, match="goes past midnight"):
        load(disruption={"patching": {"window": {"start": "22:00", "hours": 6}}})


def test_nodes_are_upgraded_one_after_the_other_the_control_plane_first(
    recorded: Callable[..., list[Resource]],
) -> None:
    resources = recorded(disruption={"nodeUpgrades": UPGRADES})
    first, workers = (each.props.plain for each in resources if each.type == "kubernetes:upgrade.cattle.io/v1:Plan")
    image = f"docker.io/rancher/k3s-upgrade:v1.36.2-k3s1@{UPGRADES['digest']}"
    assert [each["metadata"] for each in (first, workers)] == [
        {"name": "k3s-control-plane", "namespace": "system-upgrade"},
        {"name": "k3s-workers", "namespace": "system-upgrade"},
    ]
    assert workers["spec"]["prepare"] == {"image": image, "args": ["prepare", "k3s-control-plane"]}
    assert "prepare" not in first["spec"]
    chosen = [each["spec"]["nodeSelector"]["matchExpressions"][0]["operator"] for each in (first, workers)]
    assert chosen == ["Exists", "DoesNotExist"]
    for each in (first["spec"], workers["spec"]):
        assert (each["concurrency"], each["version"], each["upgrade"]) == (1, "v1.36.2+k3s1", {"image": image})
        assert each["window"] == {"days": ["sa"], "startTime": "01:30", "endTime": "06:30", "timeZone": "UTC"}
        assert (each["drain"]["timeout"], each["drain"]["force"], each["drain"]["disableEviction"]) == (
            "45m",
            False,
            False,
        )
        assert each["jobActiveDeadlineSecs"] > 45 * 60, "a node that takes its time to drain is not given up"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": "v1.36.2+rke2r1"}, "no release of k3s"),
        ({"version": "v1.36"}, "version"),
        ({"version": "stable"}, "version"),
        ({"digest": "latest"}, "digest"),
        ({"window": {"start": "22:00", "hours": 6}}, "goes past midnight"),
    ],
)
def test_upgrades_of_nodes_to_what_is_no_release_or_at_no_time_are_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        load(disruption={"nodeUpgrades": {**UPGRADES, **changes}})


def test_a_cloud_upgrades_its_own_nodes() -> None:
    with pytest.raises(UserError, match=r"nodeUpgrades is for nodes that the team runs; a cluster of kind eks"):
        load("eks", disruption={"nodeUpgrades": UPGRADES})


def test_the_benchmark_only_reads_and_has_neither_token_nor_network(recorded: Callable[..., list[Resource]]) -> None:
    resources = recorded(**NODE_AUDIT)
    jobs = [each.props.plain["spec"]["jobTemplate"]["spec"] for each in resources if each.type.endswith(":CronJob")]
    assert len(jobs) == 2
    for job in jobs:
        pod = job["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        (container,) = pod["containers"]
        assert all(each["readOnly"] for each in container["volumeMounts"])
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    policies = {each.props.plain["metadata"]["name"] for each in resources if each.type.endswith(":NetworkPolicy")}
    assert policies == {"default-deny", "allow-dns"}


def test_an_image_without_a_digest_is_refused() -> None:
    with pytest.raises(UserError, match=r"nodeAudit\.image"):
        load(nodeAudit={"image": "docker.io/aquasec/kube-bench:latest"})
