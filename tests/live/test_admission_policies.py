"""The workload controls in the API server: what is refused, what is not, and who is spared."""

from typing import Any

import pytest

from tests.live.admission import ADVISORY, READ_ONLY, ROOT, deployment, named, only, writable
from tests.live.cluster import pod

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def enforced(cluster):
    """Two mandatory controls and an advisory one, so that other controls don't answer first."""
    with cluster.enforcing(controls=only(ROOT, READ_ONLY, ADVISORY)):
        yield cluster


def test_a_bad_pod_is_refused_with_the_controls_id_and_the_containers_name(enforced, namespace):
    answer = enforced.send(writable(), namespace)
    assert answer.denied_by_policy
    assert f"{READ_ONLY}: container app: securityContext.readOnlyRootFilesystem must be true" in answer.message


def test_a_good_pod_is_admitted(enforced, namespace):
    assert enforced.send(pod(), namespace).admitted


def workload(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    made = deployment(spec)
    made["kind"] = kind
    template = made["spec"].pop("template")
    if kind == "CronJob":
        template["spec"] = {**spec, "restartPolicy": "Never"}
        job = {"spec": {"template": template}}
        return {**made, "apiVersion": "batch/v1", "spec": {"schedule": "@daily", "jobTemplate": job}}
    if kind == "Job":
        template["spec"] = {**spec, "restartPolicy": "Never"}
        return {**made, "apiVersion": "batch/v1", "spec": {"template": template}}
    if kind == "ReplicationController":
        selector = made["spec"]["selector"]["matchLabels"]
        return {**made, "apiVersion": "v1", "spec": {"replicas": 0, "selector": selector, "template": template}}
    if kind == "DaemonSet":
        made["spec"].pop("replicas")
    made["spec"]["template"] = template
    return made


KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_with_a_pod_template_is_judged(enforced, namespace, kind):
    assert enforced.send(workload(kind, pod()["spec"]), namespace).admitted
    answer = enforced.send(workload(kind, writable()["spec"]), namespace)
    assert answer.denied_by_policy
    assert f"{READ_ONLY}: container app:" in answer.message


def test_an_init_container_is_judged(enforced, namespace):
    manifest = pod()
    init = {**manifest["spec"]["containers"][0], "name": "prepare", "securityContext": {"runAsNonRoot": False}}
    manifest["spec"]["initContainers"] = [init]
    answer = enforced.send(manifest, namespace)
    assert "container prepare:" in answer.message
    assert "app" not in answer.message.partition("container ")[2]


def test_an_ephemeral_container_is_judged_when_it_is_attached(enforced, namespace):
    running = named(pod(), "debugged")
    assert enforced.send(running, namespace, keep=True).admitted
    container = running["spec"]["containers"][0]
    for security, admitted in ((container["securityContext"], True), ({}, False)):
        debugger = {"name": "debugger", "image": container["image"], "securityContext": security}
        patch = {**running, "spec": {"ephemeralContainers": [debugger]}}
        answer = enforced.send(patch, namespace, method="PATCH", subresource="ephemeralcontainers")
        assert answer.admitted is admitted
        assert ("container debugger:" in answer.message) is not admitted


def test_an_advisory_control_warns_and_never_refuses(enforced, namespace):
    manifest = pod()
    manifest["spec"]["containers"][0].update(image="registry.example/app:1.0", imagePullPolicy="IfNotPresent")
    answer = enforced.send(manifest, namespace)
    assert answer.admitted
    assert [ADVISORY in warning for warning in answer.warnings] == [True]


def test_only_the_listed_namespaces_are_spared(enforced, namespace):
    assert enforced.send(writable(), "kube-system").admitted
    assert enforced.send(writable(), namespace).denied_by_policy
    assert enforced.send(writable(), "default").denied_by_policy
    assert enforced.send(writable(), "kube-public").status != 201


def test_a_refusal_is_in_the_audit_log(enforced, control_plane, namespace):
    enforced.send(writable("refused-and-logged"), namespace)
    log = (control_plane.workspace.logs / "audit.log").read_text().splitlines()
    assert any("validation_failure" in line and READ_ONLY in line and "refused-and-logged" in line for line in log)
