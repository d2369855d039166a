"""`python -m preview --against REF` as its user runs it, on a repository that holds a copy of the project."""

import datetime
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from policies import clock
from tests.preview.change.test_git import run, worktrees

STACK = """\
config:
  secure-clusters:owner: platform-team
  secure-clusters:cluster: {kind: existing, identifier: x, networkPolicyEngine: calico}
  secure-clusters:kubeconfig: {from: secret, content: {secure: v1:before}}
  secure-clusters:admission: {deployers: {groups: [deployers]}}
  secure-clusters:tenants:
    - name: shop
      owner: shop-team
      namespaces: [{name: web}]
      access: {viewer: [shop-viewers]}
"""
ALL_FORMATS = """
import json, sys
from preview.change import against
from preview.formats import Format, Layout, render
compared = against.preview(["weak"], "HEAD", strict=False, together=False)
print(json.dumps({each: render(each, compared.results, Layout()) for each in Format}))
"""


@pytest.fixture
def repository(project: Path) -> Path:
    """The project with the stack `weak`, which is not weak yet, committed."""
    for file in (project / "stacks").glob("Pulumi.*.yaml"):
        file.unlink()
    (project / "stacks" / "waivers.yaml").write_text("waivers: []\n")
    stack(project, "weak", STACK)
    (project / ".gitignore").write_text("__pycache__/\n")
    run(project, "init", "-q", "-b", "main")
    run(project, "add", ".")
    run(project, "commit", "-qm", "before")
    return project


def stack(project: Path, name: str, text: str) -> None:
    (project / "stacks" / f"Pulumi.{name}.yaml").write_text(text)


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False, env=dict(os.environ)
    )


def preview(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python(project, "-m", "preview", *arguments)


def report(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert done.stdout, done.stderr
    return {each["name"]: each for each in json.loads(done.stdout)["stacks"]}


def test_a_planted_weakening_shows_in_every_format_and_nothing_of_it_is_committed(repository: Path) -> None:
    program = repository / "__main__.py"
    program.write_text("print('a program may print')\n" + program.read_text())
    run(repository, "commit", "-qam", "talkative")
    weak = STACK.replace("calico", "none").replace("v1:before", "v1:after").replace("[shop-viewers]", "[all-of-us]")
    stack(repository, "weak", weak)
    done = python(repository, "-c", ALL_FORMATS)
    formats = json.loads(done.stdout.splitlines()[-1])
    assert {"text", "markdown", "json"} <= formats.keys()
    for name, text in formats.items():
        assert "cluster-enforces-network-policy" in text, name
        assert "networkPolicyEngine must name an engine that enforces NetworkPolicies" in text, name
        assert "v1:before" not in text, name
        assert "v1:after" not in text, name
    change = json.loads(formats["json"])["stacks"][0]["change"]
    assert {each["control"]: (each["before"], each["after"], each["denies"]) for each in change["worse"]}[
        "cluster-enforces-network-policy"
    ] == ("pass", "fail", True)
    assert [each["subject"] for each in change["gained"]] == ["Group all-of-us"]
    assert [each["subject"] for each in change["lost"]] == ["Group shop-viewers"]
    assert change["commit"] == run(repository, "rev-parse", "HEAD")
    for name in ("text", "markdown"):
        assert '"calico"' in formats[name], name
        assert "Group all-of-us" in formats[name], name
    assert run(repository, "status", "--porcelain") == "M stacks/Pulumi.weak.yaml"
    assert worktrees(repository) == 1


def test_stacks_that_come_go_and_break_and_waivers_are_told(repository: Path) -> None:
    stack(repository, "goes", STACK.replace("shop", "gone"))
    stack(repository, "breaks", STACK)
    stack(repository, "mended", "config: {}")
    run(repository, "add", ".")
    run(repository, "commit", "-qm", "more stacks")
    (repository / "stacks" / "Pulumi.goes.yaml").unlink()
    stack(repository, "breaks", "config: {}")
    stack(repository, "mended", STACK)
    stack(repository, "comes", STACK.replace("calico", "none"))
    end = clock.today() + datetime.timedelta(days=30)
    (repository / "stacks" / "waivers.yaml").write_text(
        f"""waivers:
  - control: cluster-enforces-network-policy
    stack: comes
    resource: "*"
    reason: The plugin is being replaced this month.
    owner: network-team
    expires: {end}
"""
    )
    run(repository, "add", ".")
    run(repository, "commit", "-qm", "after")
    done = preview(repository, "--against", "HEAD^1", "--format", "json")
    assert done.returncode == 2, "what breaks is denied as before"
    stacks = report(done)
    presence = {name: each["change"]["presence"] for name, each in stacks.items()}
    assert presence == {
        "breaks": "broken",
        "comes": "added",
        "goes": "removed",
        "mended": "broken-before",
        "weak": "both",
    }
    assert stacks["weak"]["change"]["resources"] == []
    assert {each["action"] for each in stacks["comes"]["change"]["resources"]} == {"added"}
    assert {each["action"] for each in stacks["goes"]["change"]["resources"]} == {"removed"}
    assert "owner: missing" in stacks["mended"]["change"]["problem"]
    (waiver,) = stacks["comes"]["change"]["waivers"]
    assert (waiver["action"], waiver["after"]) == ("added", end.isoformat())
    assert {each["after"] for each in stacks["comes"]["change"]["worse"]} >= {"waived"}


def test_each_side_is_recorded_and_judged_by_its_own_code(repository: Path) -> None:
    component = repository / "components" / "tenancy" / "namespace.py"
    text = component.read_text()
    component.write_text(text.replace("-quota", "-limit"))
    control = repository / "policies" / "controls" / "tenancy" / "namespace_owner.py"
    control.write_text(control.read_text().replace('secureclusters.dev/owner"\n', 'secureclusters.dev/other"\n'))
    found = report(preview(repository, "weak", "--against", "HEAD", "--format", "json"))["weak"]["change"]
    actions = {(each["action"], each["name"]) for each in found["resources"]}
    assert {("added", "shop-web-limit"), ("removed", "shop-web-quota")} <= actions
    worse = {each["control"]: (each["before"], each["after"]) for each in found["worse"]}
    assert worse["namespace-owner"] == ("pass", "fail")


def test_a_revision_that_is_too_old_gives_the_report_without_comparison_and_code_2(repository: Path) -> None:
    run(repository, "rm", "-rqf", "preview/change/side.py")
    run(repository, "commit", "-qm", "older than the comparison")
    run(repository, "checkout", "HEAD^1", "--", "preview")
    done = preview(repository, "weak", "--against", "HEAD", "--format", "markdown", "--output", "report.md")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "it is older than the comparison of revisions" in done.stderr
    written = (repository / "report.md").read_text()
    assert "Not compared" in written
    assert "✅ allowed" in written
    assert worktrees(repository) == 1


@pytest.mark.parametrize("ref", ["nope", "--all"])
def test_a_revision_that_is_not_there_is_one_line_and_code_2_and_no_report(repository: Path, ref: str) -> None:
    done = preview(repository, "weak", f"--against={ref}", "--output", "report.txt")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: --against {ref}: ")
    assert done.stderr.count("\n") == 1
    assert not (repository / "report.txt").exists()


SLOW = "import time\ntime.sleep(600)\n"


def test_a_killed_preview_leaves_no_report_under_the_final_name_and_the_next_cleans_up(repository: Path) -> None:
    text = (repository / "__main__.py").read_text()
    (repository / "__main__.py").write_text(SLOW + text)
    process = subprocess.Popen(
        [sys.executable, "-m", "preview", "weak", "--against", "HEAD", "--output", "report.txt"],
        cwd=repository,
        stderr=subprocess.DEVNULL,
    )
    while worktrees(repository) == 1:
        assert process.poll() is None
        time.sleep(0.1)
    process.kill()
    assert process.wait() != 0
    assert not (repository / "report.txt").exists()
    (repository / "__main__.py").write_text(text)
    assert preview(repository, "weak", "--against", "HEAD", "--output", "report.txt").returncode == 0
    assert "nothing changes" in (repository / "report.txt").read_text()
    assert worktrees(repository) == 1
