"""A baseline under the real engine: what was there before warns, what is new denies, what is fixed must go."""

import datetime
import json
from pathlib import Path

import pytest

from local.engine import EngineRefusedError
from policies import clock
from policies.baselines import load
from policies.environment import controls_of
from policies.pack import VERDICTS
from preview import baseline
from preview.collect import recordings
from preview.program import Recording
from preview.result import Risks, StackResult, judged
from tests.live import projects

pytestmark = pytest.mark.live

STACK = "local-baseline"
TENANT = {"name": "brown", "owner": "brown-team", "namespaces": [{"name": "a"}]}
ADMINS = """
import pulumi_kubernetes as k8s

path = pulumi.Config("secure-clusters").require_object("kubeconfig")["path"]
there = pulumi.ResourceOptions(provider=k8s.Provider("extra", kubeconfig=path))
k8s.rbac.v1.ClusterRoleBinding("{name}", metadata={{"name": "brown-{name}"}},
    role_ref={{"api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{role}"}},
    subjects=[{{"api_group": "rbac.authorization.k8s.io", "kind": "Group", "name": "brown-team"}}], opts=there)
"""
ADMIN = "rbac-no-cluster-admin"


@pytest.fixture
def root(control_plane, tmp_path: Path) -> Path:
    root = projects.make(tmp_path / "project", {STACK: {"tenants": [TENANT]}}, control_plane.kubeconfig)
    extend(root, ADMINS.format(name="old", role="cluster-admin"))
    return root


def extend(root: Path, text: str) -> None:
    with (root / "__main__.py").open("a") as program:
        program.write(text)


def in_process(root: Path) -> StackResult:
    recorded = recordings([STACK], root)[STACK]
    assert isinstance(recorded, Recording), recorded
    today = clock.today()
    risks = Risks(waivers=(), baselines=load(root / "stacks" / "baseline.yaml", today), today=today)
    return judged(STACK, [recorded], risks, controls_of(STACK, root), strict=True)


def accept(root: Path, *, today: datetime.date) -> None:
    content, _ = baseline.written([in_process(root)], (), today, owner="brown-team", days=7)
    (root / "stacks" / "baseline.yaml").write_text(content)


def test_what_was_there_warns_and_what_is_new_denies(root: Path, tools, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineRefusedError):
        projects.engine(root, tools).preview(STACK)
    accept(root, today=clock.today())
    log = root / "verdicts.jsonl"
    monkeypatch.setenv(VERDICTS, str(log))
    engine = projects.engine(root, tools)
    output = engine.preview(STACK)
    assert "[advisory]" in output
    assert f"{ADMIN} (existing): roleRef.name" in output
    under_engine = {
        (row["control"], row["urn"], row["outcome"]) for row in map(json.loads, log.read_text().split("\n")[:-1])
    }
    assert under_engine == {
        (each.control.id, each.resource.urn, str(each.outcome)) for each in in_process(root).report.verdicts
    }
    extend(root, ADMINS.format(name="new", role="cluster-admin").replace('"extra"', '"another"'))
    with pytest.raises(EngineRefusedError) as denied:
        engine.preview(STACK)
    assert f"{ADMIN} (fail): roleRef.name" in denied.value.output
    assert f"{ADMIN} (existing): roleRef.name" in denied.value.output


def test_a_fixed_violation_and_a_baseline_that_ended_deny(root: Path, tools) -> None:
    engine = projects.engine(root, tools)
    program = (root / "__main__.py").read_text()
    accept(root, today=clock.today())
    (root / "__main__.py").write_text(program.replace('"cluster-admin"', '"brown-reader"'))
    with pytest.raises(EngineRefusedError) as denied:
        engine.preview(STACK)
    assert f"lists {ADMIN} for kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding::old" in denied.value.output
    (root / "__main__.py").write_text(program)
    (root / "stacks" / "baseline.yaml").unlink()
    accept(root, today=clock.today() - datetime.timedelta(days=8))
    with pytest.raises(EngineRefusedError) as denied:
        engine.preview(STACK)
    assert f"the baseline of {STACK} expired on" in denied.value.output
    assert f"{ADMIN} (fail): roleRef.name" in denied.value.output
