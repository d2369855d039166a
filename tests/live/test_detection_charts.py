"""The real charts of what looks at images and containers: what they ask for, and what a waiver has to accept."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.platform.falco import CHART as FALCO
from components.platform.falcosidekick import CHART as SIDEKICK
from components.platform.policy_controller import CHART as POLICY_CONTROLLER
from components.platform.talon import CHART as TALON
from components.platform.trivy_operator import CHART as TRIVY
from local.tools import Toolbox
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from tests import guides
from tests.detection_stacks import NEEDED, REGISTRIES, STACKS
from tests.live import platform_services
from tests.recording import record

pytestmark = pytest.mark.live

ALLOWED = Parameters.of({"allowedRegistries": REGISTRIES})


@pytest.fixture(scope="module", params=STACKS)
def resources(request: pytest.FixtureRequest, tools: Toolbox) -> Iterator[list[Resource]]:
    """What a stack with every service on registers, on each kind of cluster."""
    platform_services.have_charts((FALCO, SIDEKICK, POLICY_CONTROLLER, TALON, TRIVY), tools)

    def program() -> None:
        deploy(settings.load(STACKS[request.param], "test"))

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        yield list(record(program).values())


def test_mandatory_controls_refuse_exactly_what_the_services_need(resources: list[Resource]) -> None:
    report = evaluate(resources, (), clock.today(), all_controls(ALLOWED))
    refused = {
        (each.control.id, f"{each.resource.type.rpartition(':')[2]}::{each.resource.name}")
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }
    assert refused == NEEDED


def test_the_waivers_of_the_guide_accept_exactly_that(resources: list[Resource]) -> None:
    report = evaluate(resources, guides.waivers("falco", "test"), clock.today(), all_controls(ALLOWED))
    mandatory = [each for each in report.verdicts if each.control.enforcement is Enforcement.MANDATORY]
    assert {each.outcome for each in mandatory} == {Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED}
    assert report.waiver_problems == ()


def granted(resources: list[Resource]) -> set[tuple[str, str, str]]:
    """Role, resource and verb of every right in the whole cluster that a chart asks for."""
    return {
        (each.name, resource, verb)
        for each in resources
        if each.type.endswith(":ClusterRole") and ":Chart$" in each.urn
        for rule in each.props.plain["rules"]
        for resource in rule.get("resources", ())
        for verb in rule["verbs"]
    }


def test_in_the_whole_cluster_nobody_reads_secrets_and_the_response_only_reads(resources: list[Resource]) -> None:
    rights = granted(resources)
    assert len({role for role, _, _ in rights}) == 3
    assert not {each for each in rights if each[1].startswith("secrets") or "*" in each}
    writing = {"create", "update", "patch", "delete", "deletecollection", "bind", "escalate", "impersonate"}
    written = {(role.partition("-")[0], resource) for role, resource, verb in rights if verb in writing}
    own = {"clusterimagepolicies", "trustroots", "namespaces/finalizers", "events", "customresourcedefinitions"}
    hooks = {"validatingwebhookconfigurations", "mutatingwebhookconfigurations"}
    reports = {"clustersbomreports", "exposedsecretreports", "sbomreports", "vulnerabilityreports"}
    assert {each for role, each in written if role == "policy"} <= {
        *own,
        *hooks,
        "clusterimagepolicies/status",
        "trustroots/status",
    }
    assert {each for role, each in written if role == "trivy"} == reports
    assert {each for role, each in written if role == "falco"} == {"events"}


def test_the_sensors_have_four_capabilities_no_token_and_write_nothing_of_the_node(resources: list[Resource]) -> None:
    (sensor,) = [each for each in resources if each.type.endswith(":DaemonSet") and each.name == "falco-falco"]
    pod: dict[str, Any] = sensor.props.plain["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["securityContext"].get("privileged") is not True
    assert container["securityContext"]["capabilities"] == {
        "add": ["BPF", "SYS_RESOURCE", "PERFMON", "SYS_PTRACE"],
        "drop": ["ALL"],
    }
    assert {each["name"] for each in container["volumeMounts"] if not each.get("readOnly")} == {"root-falco-fs"}
    assert "kube-api-access" not in {each["name"] for each in pod["volumes"]}
    assert "initContainers" not in pod, "nothing is downloaded"
    assert not pod.get("hostNetwork")
    assert not pod.get("hostPID")


def test_every_label_is_one_that_the_api_server_takes(resources: list[Resource]) -> None:
    value = re.compile(r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")
    labels = [
        (each.key, label)
        for each in resources
        if each.type.startswith("kubernetes:")
        for label in (each.props.plain.get("metadata", {}).get("labels") or {}).values()
    ]
    assert len(labels) > 100
    assert [each for each in labels if isinstance(each[1], str) and not value.fullmatch(each[1])] == []
