"""Runtime detection: who reaches whom, what is answered and what may never be, without any chart at hand."""

from typing import Any

import pytest
import yaml

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import falco, falcosidekick, talon
from components.platform.talon import Response
from components.settings import StackSettings
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from tests.components.platform.test_platform import SERVER, load
from tests.detection_stacks import HUB, STACKS, WEBHOOK
from tests.recording import record

POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy::runtime-secure-clusters-response-limits"
FLOWS = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


def detecting(**changes: Any) -> dict[str, Any]:
    return {"apiServer": SERVER, "runtimeDetection": {"sink": WEBHOOK, **changes}}


def recorded(settings: StackSettings) -> dict[str, Resource]:
    def program() -> None:
        deploy(settings)

    return record(program)


@pytest.fixture(autouse=True)
def without_charts(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize("kind", STACKS)
def test_on_every_kind_of_cluster_only_the_sensors_namespace_is_refused_and_what_nobody_saw_is_unknown(
    kind: str,
) -> None:
    found = recorded(settings.load(STACKS[kind], "test"))
    report = evaluate(list(found.values()), (), clock.today(), all_controls())
    open_ = [
        (each.control.id, each.resource.name, each.outcome)
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    ]
    charts = ("falco", "falco-talon", "falcosidekick", "policy-controller", "trivy-operator")
    unseen = {("platform-chart-rendered", each, Outcome.UNKNOWN) for each in charts}
    refused = ("namespace-pod-security", "platform-runtime-sensors", Outcome.FAIL)
    assert set(open_) == {*unseen, refused}


def test_events_flow_one_way_and_only_what_answers_asks_the_api_server() -> None:
    found = recorded(load(platform=detecting()))
    intents = {
        each.props.plain["metadata"]["annotations"]["secureclusters.dev/intent"]
        for key, each in found.items()
        if key.startswith(FLOWS) and "-allow-" in key and "allow-dns" not in key
    }
    assert intents == {
        "runtime-sensors[app.kubernetes.io/name=falco] -> runtime-events[app.kubernetes.io/name=falcosidekick] "
        "TCP/2801",
        "runtime-events[app.kubernetes.io/name=falcosidekick] -> runtime-events[app.kubernetes.io/name=falco-talon] "
        "TCP/2803",
        "runtime-events[app.kubernetes.io/name=falcosidekick] -> 10.9.0.0/28 TCP/443",
        "runtime-events[app.kubernetes.io/name=falco-talon] -> 10.0.0.0/28 TCP/443",
    }


def test_the_response_observes_unless_more_is_chosen_and_a_control_refuses_more() -> None:
    for chosen, failing in ({}, False), ({"response": "isolate"}, True), ({"response": "terminate"}, True):
        found = recorded(load(platform=detecting(**chosen)))
        report = evaluate(list(found.values()), (), clock.today(), all_controls())
        failed = {each.control.id for each in report.verdicts if each.outcome is Outcome.FAIL}
        assert ("runtime-response-rehearsed" in failed) is failing
        assert "runtime-response-limited" not in failed
        assert POLICY in found


def test_what_talon_does_grows_with_the_response_and_never_past_half_of_a_workload() -> None:
    for response, dry, actions in (
        (Response.OBSERVE, "true", ["Isolate the pod"]),
        (Response.ISOLATE, "false", ["Isolate the pod"]),
        (Response.TERMINATE, "false", ["Isolate the pod", "End the pod"]),
    ):
        *known, rule = yaml.safe_load(talon.rules(response))
        assert rule["dry_run"] == dry
        assert [each["action"] for each in rule["actions"]] == actions == [each["action"] for each in known]
        assert "Shell in a container" not in rule["match"]["rules"]
    (_, end, _) = yaml.safe_load(talon.rules(Response.TERMINATE))
    assert end["parameters"]["min_healthy_replicas"] == "50%"
    assert end["parameters"]["ignore_statefulsets"] is end["parameters"]["ignore_daemonsets"] is True


def test_a_rule_that_is_off_is_gone_and_refused_and_one_that_there_is_not_is_an_error() -> None:
    found = recorded(load(platform=detecting(disabledRules=["Network tool in a container"])))
    report = evaluate(list(found.values()), (), clock.today(), all_controls())
    assert "runtime-rules-on" in {each.control.id for each in report.verdicts if each.outcome is Outcome.FAIL}
    assert "Network tool in a container" not in falco.rules(("Network tool in a container",))
    with pytest.raises(UserError, match="'Everything' is no rule"):
        load(platform=detecting(disabledRules=["Everything"]))


@pytest.mark.parametrize(
    ("sink", "told"),
    [
        ({**WEBHOOK, "address": "http://siem.example/events"}, "address"),
        ({**WEBHOOK, "address": "https://user:word@siem.example"}, "address"),
        ({**WEBHOOK, "networks": []}, "networks"),
        ({"kind": "sns", "topic": "security", "policy": "x", "networks": [{"cidr": "10.0.0.0/28"}]}, "topic"),
        ({"kind": "mail"}, "kind"),
    ],
)
def test_a_sink_that_would_leak_or_is_none_is_refused(sink: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        load(platform=detecting(sink=sink))


def test_a_sink_in_a_cloud_needs_a_cluster_there() -> None:
    pubsub = {"kind": "pubsub", "project": "example-prod", "topic": "events", "networks": [{"cidr": "10.0.0.0/28"}]}
    with pytest.raises(UserError, match=r"platform\.runtimeDetection: grants in the cloud need a cluster in a cloud"):
        load(platform=detecting(sink=pubsub))


def test_an_event_hub_is_reached_by_amqp_and_its_pods_are_labelled_for_the_identity_that_sends() -> None:
    declared = settings.load(STACKS["aks"], "test")
    found = recorded(declared)
    intents = {
        each.props.plain["metadata"]["annotations"]["secureclusters.dev/intent"]
        for key, each in found.items()
        if key.startswith(FLOWS) and "10.9.0.0" in str(each.props.plain["spec"])
    }
    receiver = "runtime-events[app.kubernetes.io/name=falcosidekick]"
    assert [each for each in intents if each.startswith(receiver)] == [f"{receiver} -> 10.9.0.0/28 TCP/443, TCP/5671"]
    roles = [each.props.plain for each in found.values() if each.type == "azure-native:authorization:RoleAssignment"]
    assert [each["scope"] for each in roles if "EventHub" in str(each["scope"])] == [HUB]
    assert declared.platform is not None
    assert declared.platform.runtime_detection is not None
    values = falcosidekick.release(
        "platform-runtime-events",
        sink=declared.platform.runtime_detection.sink,
        answerer="http://talon:2803",
        kubernetes="1.36",
    ).values
    deployment = {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [], "volumes": []}}}}
    labelled = falcosidekick.adjusted(deployment, has_account=True)
    assert labelled is not None
    assert labelled["spec"]["template"]["metadata"]["labels"] == {"azure.workload.identity/use": "true"}
    assert values["config"]["azure"] == {"eventHub": {"namespace": "security.servicebus.windows.net", "name": "events"}}


def test_the_version_that_talon_is_labelled_with_is_a_label_that_the_api_server_takes() -> None:
    labels = {"app.kubernetes.io/version": "0.3.0@sha256:" + "a" * 64, "app": "x"}
    left = talon.adjusted({"kind": "ConfigMap", "metadata": {"name": "x", "labels": labels}})
    assert left is not None
    assert left["metadata"]["labels"] == {"app.kubernetes.io/version": "0.3.0", "app": "x"}
    assert talon.adjusted({"kind": "ConfigMap", "metadata": {"name": "x"}}) == {
        "kind": "ConfigMap",
        "metadata": {"name": "x"},
    }
