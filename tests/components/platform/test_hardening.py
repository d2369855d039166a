"""Pods of charts get what the workload controls ask for where the chart is silent."""

from typing import Any

import pytest

from components.platform.hardening import hardened, without_token
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Outcome
from policies.parameters import Parameters
from tests.components.platform.charts import deployment, manifest
from tests.policies.fixtures import resource

CONTROLS = all_controls(Parameters.of({"allowedRegistries": ["registry.example"]}))
LEFT_TO_THE_SERVICE = {
    "workload-disruption-budget",
    "workload-limits-ephemeral-storage",
    "workload-limits-resources",
    "workload-liveness-probe",
    "workload-readiness-probe",
    "workload-requests-resources",
    "workload-user-namespace",
}


def failing(manifest: dict[str, Any]) -> set[str]:
    placed = {**manifest, "metadata": {**manifest["metadata"], "namespace": "platform-small"}}
    told = resource("kubernetes:apps/v1:Deployment", "small", placed)
    report = evaluate([told], (), clock.today(), CONTROLS)
    return {each.control.id for each in report.verdicts if each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)}


def test_a_bare_pod_passes_every_control_that_is_not_the_services_own() -> None:
    bare = deployment()
    bare["spec"]["replicas"] = 2
    assert len(failing(bare)) > len(LEFT_TO_THE_SERVICE) + 5
    assert failing(hardened(bare)) == LEFT_TO_THE_SERVICE


def test_a_charts_own_values_win() -> None:
    own = {"runAsUser": 20000, "runAsNonRoot": True, "seccompProfile": {"type": "Localhost", "localhostProfile": "x"}}
    pod = hardened(deployment(securityContext=own))["spec"]["template"]["spec"]
    assert pod["securityContext"] == {"runAsGroup": 65532, "fsGroup": 65532, **own}


def test_a_token_lives_an_hour_and_a_pod_without_one_gets_none() -> None:
    pod = hardened(deployment())["spec"]["template"]["spec"]
    (volume,) = pod["volumes"]
    assert pod["automountServiceAccountToken"] is False
    assert volume["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"] == 3600
    assert [each["name"] for each in pod["containers"][0]["volumeMounts"]] == [volume["name"]]
    without = hardened(deployment(automountServiceAccountToken=False))["spec"]["template"]["spec"]
    assert without["volumes"] == without["containers"][0]["volumeMounts"] == []


def test_a_user_that_a_container_chose_is_not_overruled_by_the_pods() -> None:
    container = {"name": "main", "image": "x", "securityContext": {"runAsUser": 999}}
    pod = hardened(deployment(containers=[container]))["spec"]["template"]["spec"]
    assert "fsGroup" not in pod["securityContext"]
    assert pod["containers"][0]["securityContext"]["runAsUser"] == 999


@pytest.mark.parametrize("kind", ["DaemonSet", "Job"])
def test_only_replicas_are_spread(kind: str) -> None:
    assert "topologySpreadConstraints" not in hardened({**deployment(), "kind": kind})["spec"]["template"]["spec"]
    assert hardened(deployment())["spec"]["template"]["spec"]["topologySpreadConstraints"]


def test_a_cron_jobs_pod_is_hardened_as_well() -> None:
    job = manifest("CronJob", version="batch/v1", spec={"jobTemplate": {**deployment(), "kind": "Job"}})
    template = hardened(job)["spec"]["jobTemplate"]["spec"]["template"]
    assert template["spec"]["automountServiceAccountToken"] is False


def test_accounts_hand_out_no_token_and_other_objects_stay_as_they_are() -> None:
    assert hardened(manifest("ServiceAccount"))["automountServiceAccountToken"] is False
    assert hardened(manifest("Service")) == manifest("Service")


def test_a_pod_that_asks_for_nothing_can_do_without_its_token() -> None:
    pod = without_token(hardened(deployment()))["spec"]["template"]["spec"]
    assert pod["volumes"] == pod["containers"][0]["volumeMounts"] == []
