"""What kube-bench found on a node is judged by the audit like everything else."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from components.errors import UserError
from policies import clock
from policies.model import Outcome, Waiver
from policies.parameters import Parameters
from preview import audit, kube_bench

GROUP: dict[str, Any] = {
    "id": "4",
    "version": "cis-1.12",
    "node_type": "node",
    "tests": [
        {
            "section": "4.1",
            "results": [
                {"test_number": "4.1.1", "test_desc": "kubelet service file", "status": "PASS", "scored": True},
                {"test_number": "4.1.5", "test_desc": "kubelet.conf", "status": "FAIL", "scored": True},
                {"test_number": "4.1.3", "test_desc": "proxy kubeconfig", "status": "WARN", "scored": False},
            ],
        }
    ],
}


def write(folder: Path, content: Any, name: str = "worker-1.json") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def audited(files: list[Path], waivers: tuple[Waiver, ...] = ()) -> audit.Audit:
    def get(path: str, query: Any) -> tuple[int, dict[str, Any]]:
        del query
        return (200, {"resources": []}) if path == "/api/v1" else (404, {})

    return audit.run("https://server", get, Parameters.of(), waivers, clock.today(), beside=kube_bench.read(files))


@pytest.mark.parametrize("whole", [{"Controls": [GROUP], "Totals": {}}, [GROUP]])
def test_every_item_of_a_node_gets_a_verdict_under_its_own_name(tmp_path: Path, whole: Any) -> None:
    found = audited([write(tmp_path, whole)])
    outcomes = {each.resource.name: each.outcome for each in found.result.report.verdicts}
    assert outcomes == {
        "worker-1/cis-1.12/4.1.1": Outcome.PASS,
        "worker-1/cis-1.12/4.1.5": Outcome.FAIL,
        "worker-1/cis-1.12/4.1.3": Outcome.UNKNOWN,
    }
    assert found.result.exit_code == 1
    assert "node-benchmark-passes" not in found.unjudged


def test_a_result_that_counts_more_items_than_it_holds_is_refused(tmp_path: Path) -> None:
    whole = {**GROUP, "total_pass": 1, "total_fail": 1, "total_warn": 1, "total_info": 0}
    assert len(kube_bench.read([write(tmp_path, [whole])])) == 3
    with pytest.raises(UserError, match="holds fewer items than it counts"):
        kube_bench.read([write(tmp_path, [{**whole, "total_fail": 2}])])


def test_without_results_the_audit_says_that_nobody_looked_at_the_nodes() -> None:
    assert "node-benchmark-passes" in audited([]).unjudged


def test_an_item_can_be_waived_like_any_other_risk(tmp_path: Path) -> None:
    waiver = Waiver(
        control="node-benchmark-passes",
        stack="audit",
        resource=f"{kube_bench.TYPE}::worker-1/cis-1.12/4.1.5",
        reason="the distribution keeps it elsewhere",
        owner="platform-team",
        expires=clock.today() + datetime.timedelta(days=30),
    )
    found = audited([write(tmp_path, [GROUP])], (waiver,))
    assert found.result.exit_code == 0
    assert Outcome.WAIVED in {each.outcome for each in found.result.report.verdicts}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[INFO] 4 Worker Node Security Configuration", "is no JSON; run kube-bench with --json"),
        ({"Controls": []}, "is no result of kube-bench: Controls"),
        ({"other": 1}, "is no result of kube-bench: Controls"),
        ("7", "is no result of kube-bench: the document"),
        ([{**GROUP, "tests": []}], "holds no item of a benchmark"),
        (
            [{**GROUP, "tests": [{"results": [{"test_number": "../x", "test_desc": "x", "status": "PASS"}]}]}],
            "test_number",
        ),
    ],
)
def test_what_is_no_result_is_refused_in_one_line(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        kube_bench.read([write(tmp_path, content)])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read: No such file"):
        kube_bench.read([tmp_path / "missing.json"])
