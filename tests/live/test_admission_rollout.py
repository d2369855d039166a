"""How strict the admission policies are: rollouts, objects with a past, waivers, parameters."""

import copy
import datetime
from typing import Any

import pytest

from components.admission import AdmissionArgs, AdmissionRollout, AdmissionWaiver
from tests.live.admission import ARGS, POLICY, READ_ONLY, ROOT, TODAY, deployment, named, only, writable
from tests.live.cluster import pod

pytestmark = pytest.mark.live


def test_every_policy_of_the_catalogue_compiles_without_a_warning_of_the_type_checker(cluster):
    with cluster.enforcing() as documents:
        policies = [document["metadata"]["name"] for document in documents if document["kind"] == POLICY]
        assert {name: cluster.type_checking(name) for name in policies} == {name: [] for name in policies}


def test_an_exempt_namespace_is_a_name_and_no_prefix(cluster, namespace):
    args = ARGS.model_copy(update={"exempt_namespaces": (namespace[:-1],)})
    with cluster.enforcing(args, controls=only(READ_ONLY)):
        assert cluster.send(writable(), "kube-system").denied_by_policy
        assert cluster.send(writable(), namespace).denied_by_policy


def test_a_warning_rollout_warns_and_admits(cluster, namespace):
    args = ARGS.model_copy(update={"rollout": AdmissionRollout.WARN})
    with cluster.enforcing(args, controls=only(READ_ONLY)):
        answer = cluster.send(writable(), namespace)
    assert answer.admitted
    assert [READ_ONLY in warning for warning in answer.warnings] == [True]


def test_an_auditing_rollout_tells_the_audit_log_alone(cluster, control_plane, namespace):
    args = ARGS.model_copy(update={"rollout": AdmissionRollout.AUDIT})
    with cluster.enforcing(args, controls=only(READ_ONLY)):
        answer = cluster.send(writable("audited-only"), namespace)
    assert answer.admitted
    assert answer.warnings == ()
    log = (control_plane.workspace.logs / "audit.log").read_text().splitlines()
    assert any("validation_failure" in line and READ_ONLY in line and "audited-only" in line for line in log)


def changed(manifest: dict[str, Any], value: str, *more: dict[str, Any]) -> dict[str, Any]:
    manifest = copy.deepcopy(manifest)
    containers = manifest["spec"]["template"]["spec"]["containers"]
    containers[0]["env"] = [{"name": "VERSION", "value": value}]
    containers.extend(more)
    return manifest


@pytest.fixture
def existing(cluster, namespace):
    """A Deployment that was there before the policies."""
    made = deployment(writable()["spec"], "existing")
    assert cluster.send(made, namespace, keep=True).admitted
    yield made
    cluster.send(made, namespace, method="DELETE", keep=True)


def test_what_was_there_before_can_be_scaled_and_labelled_but_not_changed(cluster, namespace, existing):
    with cluster.enforcing(controls=only(READ_ONLY)):
        scaled = {**existing, "metadata": {**existing["metadata"], "labels": {"a": "b"}}}
        scaled["spec"] = {**scaled["spec"], "replicas": 1}
        assert cluster.send(scaled, namespace, method="PUT").admitted
        assert cluster.send(changed(existing, "2"), namespace, method="PUT").denied_by_policy


def test_a_rollout_for_new_violations_warns_of_the_old_ones(cluster, namespace, existing):
    args = ARGS.model_copy(update={"rollout": AdmissionRollout.DENY_NEW})
    with cluster.enforcing(args, controls=only(READ_ONLY, ROOT)):
        answer = cluster.send(changed(existing, "2"), namespace, method="PUT")
        assert answer.admitted
        assert [READ_ONLY in warning for warning in answer.warnings] == [True]
        another = {**existing["spec"]["template"]["spec"]["containers"][0], "name": "another"}
        answer = cluster.send(changed(existing, "2", another), namespace, method="PUT")
        assert answer.denied_by_policy
        assert READ_ONLY in answer.message
        assert cluster.send(deployment(writable()["spec"], "new"), namespace).denied_by_policy
        assert cluster.send(pod(), namespace).warnings == ()


def waiver(namespace: str, name: str, expires: datetime.date = TODAY) -> AdmissionWaiver:
    return AdmissionWaiver(control=READ_ONLY, namespace=namespace, name=name, expires=expires)


def test_a_waiver_spares_exactly_one_object_and_one_control(cluster, namespace):
    with cluster.enforcing(waivers=[waiver(namespace, "agent")], controls=only(READ_ONLY, ROOT)):
        assert cluster.send(writable("agent"), namespace).admitted
        assert cluster.send(writable("agent-2"), namespace).denied_by_policy
        assert cluster.send(writable("agent"), "default").denied_by_policy
        both = named(pod(readOnlyRootFilesystem=False, runAsNonRoot=False), "agent")
        assert ROOT in cluster.send(both, namespace).message


def test_a_waiver_of_a_workload_reaches_the_pods_that_it_makes(cluster, namespace):
    with cluster.enforcing(waivers=[waiver(namespace, "agent-*")], controls=only(READ_ONLY)):
        generated = {**writable(), "metadata": {"generateName": "agent-5d4f-"}}
        assert cluster.send(generated, namespace).admitted
        assert cluster.send(writable("an-agent-1"), namespace).denied_by_policy
        assert cluster.send(writable("agent"), namespace).denied_by_policy


YESTERDAY = TODAY - datetime.timedelta(days=1)
FORGED = {
    "a creation long ago": {"creationTimestamp": "2020-01-01T00:00:00Z"},
    "no record of changes": {"managedFields": [{}]},
    "an empty record of changes": {"managedFields": []},
    "an old record of changes": {
        "managedFields": [
            {
                "manager": "python-urllib3",
                "operation": "Update",
                "apiVersion": "apps/v1",
                "time": "2020-01-01T00:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {}}}}},
            }
        ]
    },
}


def test_the_api_server_ends_a_waiver_that_nobody_takes_away(cluster, namespace, existing):
    """The policies are those of yesterday: what they say of today is what they'll say of any later day."""
    ended = [waiver(namespace, "existing", YESTERDAY), waiver(namespace, "agent", YESTERDAY)]
    with cluster.enforcing(waivers=ended, controls=only(READ_ONLY), today=YESTERDAY):
        for forged in ({}, *FORGED.values()):
            created, updated = writable("agent"), changed(existing, "2")
            created["metadata"] |= forged
            updated["metadata"] = {**updated["metadata"], **forged}
            assert cluster.send(created, namespace).denied_by_policy, forged
            assert cluster.send(updated, namespace, method="PUT").denied_by_policy, forged
            assert cluster.send(updated, namespace, method="PATCH").denied_by_policy, forged


def test_a_waiver_holds_for_changes_until_its_last_day(cluster, namespace, existing):
    with cluster.enforcing(waivers=[waiver(namespace, "existing", TODAY)], controls=only(READ_ONLY)):
        assert cluster.send(changed(existing, "2"), namespace, method="PUT").admitted


def test_parameters_come_from_the_settings(cluster, namespace):
    args = AdmissionArgs.model_validate(
        {"deployers": {"groups": ["platform-team"]}, "parameters": {"allowedRegistries": ["registry.example"]}}
    )
    with cluster.enforcing(args, controls=only("image-registry-allowed")):
        assert cluster.send(pod(), namespace).admitted
        foreign = pod()
        foreign["spec"]["containers"][0]["image"] = "elsewhere.example/app@sha256:" + "0" * 64
        assert "image-registry-allowed: container app:" in cluster.send(foreign, namespace).message
    # The API server must not go on with the lists of before.
    with cluster.enforcing(controls=only("image-registry-allowed")):
        assert cluster.send(pod(), namespace).denied_by_policy
