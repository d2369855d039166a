"""The real engine and the in-process preview give the same verdicts for the same program."""

import json
from pathlib import Path

import pytest

from local.engine import EngineRefusedError
from policies import clock
from policies.environment import controls_of
from policies.evaluate import evaluate
from policies.pack import VERDICTS
from preview.collect import recordings
from preview.program import Recording
from tests.live import projects

pytestmark = pytest.mark.live

TENANT = {
    "name": "verdict",
    "owner": "verdict-team",
    "namespaces": [{"name": "a"}, {"name": "b", "podSecurity": "baseline"}],
    "access": {"viewer": ["readers"], "developer": ["devs"]},
}
# A value that is not known before the update, in a label that a mandatory control reads.
UNKNOWN = """
import pulumi_kubernetes as k8s

path = pulumi.Config("secure-clusters").require_object("kubeconfig")["path"]
there = pulumi.ResourceOptions(provider=k8s.Provider("extra", kubeconfig=path))
first = k8s.core.v1.ConfigMap("first", metadata={"name": "first", "namespace": "verdict-a"}, opts=there)
k8s.core.v1.Namespace("later", metadata={
    "name": "verdict-later",
    "labels": {"pod-security.kubernetes.io/enforce": first.id},
    "annotations": {"secureclusters.dev/owner": "me"},
}, opts=there)
"""
# Resources that mandatory controls deny, one of them beside an unknown.
BAD = """
k8s.apps.v1.Deployment("app", metadata={"name": "app", "namespace": "verdict-a"}, spec={
    "selector": {"match_labels": {"app": "app"}},
    "template": {
        "metadata": {"labels": {"app": "app"}},
        "spec": {"containers": [
            {"name": "good", "image": first.id, "security_context": {"privileged": False, "run_as_non_root": True}},
            {"name": "bad", "image": "x", "security_context": {"privileged": True}},
        ]},
    },
}, opts=there)
k8s.rbac.v1.ClusterRoleBinding("admins", metadata={"name": "verdict-admins"},
    role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    subjects=[{"api_group": "rbac.authorization.k8s.io", "kind": "User", "name": "mallory"}], opts=there)
"""
# A resource that is made of another's id, which is not known before the update.
REFERRING = """
second = {"name": "second", "namespace": "verdict-a"}
k8s.core.v1.ConfigMap("second", metadata=second, data={"of": first.id}, opts=there)
"""
REFERRED = '''
"""Every ConfigMap is referred to."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Finding, Severity, Stack

KIND = "kubernetes:core/v1:ConfigMap"


@control(title="Referred to", severity=Severity.LOW, types=(KIND,), why="A.", fix="B.", url="https://example.org")
def check(stack: Stack) -> Iterator[Finding]:
    for each in stack.of_type(KIND):
        if not stack.referring(each, "data", KIND):
            yield Finding(resource=each, message="nobody refers to it")
'''
Rows = set[tuple[str, str, str]]


@pytest.fixture
def root(control_plane, tmp_path: Path) -> Path:
    root = projects.make(
        tmp_path / "project", {"local-verdict": {"tier": "development", "tenants": [TENANT]}}, control_plane.kubeconfig
    )
    extend(root, UNKNOWN)
    return root


def extend(root: Path, text: str) -> None:
    with (root / "__main__.py").open("a") as program:
        program.write(text)


def under_engine(root: Path, tools, monkeypatch: pytest.MonkeyPatch) -> tuple[Rows, str]:
    """Return the pack's verdicts and what the engine said; the preview is one that it denies."""
    log = root / "verdicts.jsonl"
    monkeypatch.setenv(VERDICTS, str(log))
    with pytest.raises(EngineRefusedError) as denied:
        projects.engine(root, tools).preview("local-verdict")
    rows = map(json.loads, log.read_text().splitlines())
    return {(row["control"], row["urn"], row["outcome"]) for row in rows}, denied.value.output


def in_process(root: Path) -> Rows:
    recorded = recordings(["local-verdict"], root)["local-verdict"]
    assert isinstance(recorded, Recording), recorded
    today = clock.today()
    report = evaluate(recorded.resources, (), today, controls_of("local-verdict", root))
    assert report.denied(strict=False)
    return {(each.control.id, each.resource.urn, str(each.outcome)) for each in report.verdicts}


def outcomes(rows: Rows) -> set[str]:
    return {outcome for _, _, outcome in rows}


def test_both_give_the_same_verdicts_on_a_stack_that_is_denied_as_a_whole(
    root: Path, tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the weaker level no single resource fails; the namespace without policies does.
    stack = root / "stacks" / "Pulumi.local-verdict.yaml"
    stack.write_text(stack.read_text().replace("podSecurity: baseline", "podSecurity: restricted"))
    rows, output = under_engine(root, tools, monkeypatch)
    assert rows == in_process(root)
    assert outcomes(rows) == {"pass", "fail", "unknown", "not-applicable"}
    assert "namespace-default-deny (fail): no policy denies all Egress and Ingress" in output
    assert "namespace-pod-security (unknown): metadata.labels" in output, "an unknown is named, never silent"


def test_both_give_the_same_verdicts_on_resources_that_are_denied(
    root: Path, tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend(root, BAD)
    rows, output = under_engine(root, tools, monkeypatch)
    assert rows == in_process(root)
    assert outcomes(rows) == {"pass", "fail", "unknown", "not-applicable"}
    assert "rbac-no-cluster-admin (fail): roleRef.name must not be a built-in role" in output
    assert "workload-not-privileged (fail): container bad: securityContext.privileged" in output


def test_the_engine_tells_what_an_unknown_property_is_made_of(
    root: Path, tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend(root, REFERRING)
    (root / "policies" / "controls" / "tenancy" / "referred.py").write_text(REFERRED)
    rows, _ = under_engine(root, tools, monkeypatch)
    judged = {urn.rsplit("::", 1)[-1]: outcome for control, urn, outcome in rows if control == "referred"}
    assert judged == {"first": "pass", "second": "fail"}


def test_a_mandatory_unknown_denies_in_strict_mode_under_the_engine(root: Path, tools) -> None:
    strict = root / "policies" / "strict.json"
    with pytest.raises(EngineRefusedError) as denied:
        projects.engine(root, tools).preview("local-verdict", policy_config=strict)
    mandatory = denied.value.output.split("[mandatory]", 1)[1]
    assert "namespace-pod-security (unknown)" in mandatory
