"""`python -m preview baseline`: what a stack violates today may stay for a time, and nothing else."""

import json
from pathlib import Path

import yaml

from policies import clock
from tests.preview.test_command import WEAK, preview, stack

ENGINE = "cluster-enforces-network-policy"


def entries(project: Path) -> list[dict]:
    return yaml.safe_load((project / "stacks" / "baseline.yaml").read_text())["baselines"]


def test_a_weak_stack_is_allowed_with_its_baseline_and_every_violation_stays_visible(project: Path) -> None:
    stack(project, "weak", WEAK)
    done = preview(project, "baseline", "weak", "--owner", "network-team", "--days", "30")
    assert done.returncode == 0, done.stderr
    assert "weak: 1 violations may stay (1 added, 0 gone)" in done.stdout
    assert entries(project) == [
        {
            "stack": "weak",
            "owner": "network-team",
            "expires": entries(project)[0]["expires"],
            "violations": {ENGINE: ["secureclusters:existing:Cluster::x"]},
        }
    ]
    assert (entries(project)[0]["expires"] - clock.today()).days == 30
    shown = preview(project, "weak")
    assert shown.returncode == 0
    assert f"existing {ENGINE} secureclusters:existing:Cluster::x" in shown.stdout
    assert "there before; network-team fixes it until" in shown.stdout
    report = json.loads(preview(project, "weak", "--format", "json").stdout)
    (verdict,) = [each for each in report["stacks"][0]["verdicts"] if each["outcome"] == "existing"]
    assert verdict["baseline"] == {"owner": "network-team", "expires": entries(project)[0]["expires"].isoformat()}


def test_a_fixed_violation_is_a_problem_until_the_baseline_is_written_again(project: Path) -> None:
    stack(project, "weak", WEAK)
    assert preview(project, "baseline", "weak", "--owner", "network-team").returncode == 0
    stack(project, "weak", WEAK.replace("none", "calico"))
    done = preview(project, "weak")
    assert done.returncode == 1
    assert f"baseline the baseline of weak lists {ENGINE}" in done.stdout
    assert "(0 added, 1 gone)" in preview(project, "baseline", "weak").stdout
    assert entries(project) == []
    assert preview(project, "weak").returncode == 0


def test_a_baseline_that_is_written_again_keeps_its_owner_and_its_end(project: Path) -> None:
    stack(project, "weak", WEAK)
    assert preview(project, "baseline", "weak", "--owner", "network-team", "--days", "7").returncode == 0
    before = (project / "stacks" / "baseline.yaml").read_text()
    assert "(0 added, 0 gone)" in preview(project, "baseline", "weak").stdout
    assert (project / "stacks" / "baseline.yaml").read_text() == before


def test_a_baseline_needs_an_owner_a_near_end_and_a_stack_that_can_be_read(project: Path) -> None:
    stack(project, "weak", WEAK)
    stack(project, "wrong", WEAK.replace("owner", "ownr"))
    for arguments, told in (
        (("weak",), "--owner TEAM"),
        (("weak", "--owner", "team", "--days", "181"), "a baseline lasts 1 to 180 days"),
        (("wrong", "--owner", "team"), "wrong could not be previewed"),
        (("nothing", "--owner", "team"), "there is no stack 'nothing'"),
    ):
        done = preview(project, "baseline", *arguments)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (project / "stacks" / "baseline.yaml").exists()
