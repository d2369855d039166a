"""What no linter holds of the workflows: pins that agree, who may write, and that their scripts do what they say."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from tests.ci.workflows import ACTIONS, ROOT, WORKFLOWS, bash, read, script, step, steps

PIN = re.compile(r"uses: (?!\./)(\S+?)@(\S+)(.*)")
FAKE_PREVIEW = f"""#!{sys.executable}
import os, sys
with open(os.environ["CALLS"], "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
for argument in sys.argv:
    if argument.startswith("markdown="):
        open(argument.partition("=")[2], "w").write("# denied\\n")
    if argument.startswith("sarif="):
        results = ['{{"baselineState": "%s"}}' % state for state in ("new", "absent")]
        found = '{{"runs": [{{"results": [%s]}}]}}' % ", ".join(results)
        open(argument.partition("=")[2], "w").write(found)
sys.exit(int(os.environ["PREVIEW_CODE"]))
"""


def test_every_action_is_pinned_by_commit_with_its_version_and_the_same_everywhere() -> None:
    pins: dict[str, set[str]] = defaultdict(set)
    for file in (*WORKFLOWS, *ACTIONS):
        for action, commit, comment in PIN.findall(file.read_text()):
            assert re.fullmatch(r"[0-9a-f]{40}", commit), f"{file.name}: {action}"
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{file.name}: {action}"
            pins[action].add(commit + comment)
    assert len(pins) >= 9, "something was looked at"
    assert {action: each for action, each in pins.items() if len(each) > 1} == {}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_job_has_the_permissions_that_it_names_and_no_other(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())
    triggers = workflow[True]  # YAML 1.1 reads the key `on` as true
    assert "pull_request_target" not in triggers
    assert "workflow_run" not in triggers


def test_no_job_that_runs_code_of_a_pull_request_may_write_anything() -> None:
    for file in (each for each in WORKFLOWS if "pull_request" in read(each)[True]):
        for name, job in read(file)["jobs"].items():
            writes = {scope for scope, access in job["permissions"].items() if access == "write"}
            runs_its_code = any(each.get("uses", "").startswith("./") for each in job["steps"])
            assert not (writes and runs_its_code), f"{file.name}: {name}"


def test_what_writes_on_a_pull_request_is_left_out_for_forks() -> None:
    for job in read(ROOT / ".github/workflows/preview.yml")["jobs"].values():
        if "write" in job["permissions"].values():
            assert "head.repo.full_name == github.repository" in job["if"]
    for name in ("Comment", "Upload to code scanning"):
        assert "head.repo.full_name == github.repository" in step(ROOT / "action.yml", name)["if"]


def test_only_what_deploys_becomes_an_identity_that_deploys() -> None:
    for name in ("deploy", "drift"):
        for job in read(ROOT / f".github/workflows/{name}.yml")["jobs"].values():
            commands = "\n".join(each.get("run", "") for each in job["steps"])
            if "pulumi" in commands:
                assert ("pulumi up" in commands) is not job["environment"].endswith("-plan")
                assert "--policy-pack policies --policy-pack-config policies/strict.json" in commands


def test_what_reaches_a_cluster_can_run_inside_its_network() -> None:
    for name in ("deploy", "drift"):
        for job in read(ROOT / f".github/workflows/{name}.yml")["jobs"].values():
            reaches = any("pulumi" in each.get("run", "") for each in job["steps"])
            assert reaches is ("vars.OWN_RUNNERS == 'true' && matrix.environment.stack" in job["runs-on"])


def test_the_provider_of_azure_signs_in_by_itself(tmp_path: Path) -> None:
    (run,) = [each["run"] for each in steps(ROOT / ".github/actions/cloud/action.yml") if "run" in each]
    done = bash(run, tmp_path, CLIENT="c", TENANT="t", SUBSCRIPTION="s", GITHUB_ENV=str(tmp_path / "env"))
    assert done.returncode == 0, done.stderr
    told = dict(line.split("=") for line in (tmp_path / "env").read_text().splitlines())
    names = ("CLIENT_ID", "TENANT_ID", "SUBSCRIPTION_ID")
    assert told == {"ARM_USE_OIDC": "true", **dict(zip((f"ARM_{each}" for each in names), "cts", strict=True))}


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: str(file.relative_to(ROOT)))
def test_no_expression_stands_inside_a_script(file: Path) -> None:
    assert [each["run"] for each in steps(file) if "${{" in each.get("run", "")] == []


@pytest.mark.parametrize(("strict", "against"), [("true", ""), ("false", "abc")])
def test_the_action_previews_once_and_tells_code_reports_and_summary(tmp_path: Path, strict: str, against: str) -> None:
    script(tmp_path / ".venv/bin/python", FAKE_PREVIEW)
    done = bash(
        step(ROOT / "action.yml", "Preview")["run"],
        tmp_path,
        STACKS="prod-aws  dev-aws",
        STRICT=strict,
        AGAINST=against,
        CALLS=str(tmp_path / "calls"),
        PREVIEW_CODE="1",
        RUNNER_TEMP=str(tmp_path),
        GITHUB_STEP_SUMMARY=str(tmp_path / "summary"),
        GITHUB_OUTPUT=str(tmp_path / "output"),
    )
    assert done.returncode == 0, "a later step tells the verdict, so that comment and upload come first"
    told = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert told["exit-code"] == "1"
    assert (tmp_path / "summary").read_text() == "# denied\n"
    uploaded = json.loads((Path(told["reports"]) / "preview.sarif").read_text())["runs"][0]["results"]
    if against:
        assert uploaded == [{"baselineState": "new"}], "code scanning would show what is gone as an open alert"
    (call,) = (tmp_path / "calls").read_text().splitlines()
    assert call.startswith("-m preview run prod-aws dev-aws --report markdown=")
    assert f"--report sarif={told['reports']}/preview.sarif --report junit={told['reports']}/preview.xml" in call
    assert call.endswith("preview.xml --strict" if strict == "true" else "preview.xml --against abc")


def test_a_preview_without_a_report_has_nothing_to_comment_or_upload(tmp_path: Path) -> None:
    script(tmp_path / ".venv/bin/python", "#!/bin/sh\nexit 2\n")
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    run = step(ROOT / "action.yml", "Preview")["run"]
    done = bash(run, tmp_path, STACKS="", STRICT="true", AGAINST="gone", RUNNER_TEMP=str(tmp_path), **files)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "exit-code=2\n"
    for name in ("Comment", "Upload to code scanning"):
        assert "&& steps.preview.outputs.reports" in step(ROOT / "action.yml", name)["if"]


def test_the_action_fails_with_the_code_of_the_preview(tmp_path: Path) -> None:
    verdict = step(ROOT / "action.yml", "Verdict")["run"]
    assert [bash(verdict, tmp_path, CODE=str(code)).returncode for code in range(4)] == [0, 1, 2, 3]
    assert bash(verdict, tmp_path, CODE="").returncode != 0, "no verdict is no pass"


@pytest.mark.parametrize(
    ("changed", "preview", "allowed"),
    [
        ("success", "success", True),
        ("success", "skipped", True),
        ("success", "failure", False),
        ("success", "cancelled", False),
        ("failure", "skipped", False),
    ],
)
def test_the_required_check_passes_only_where_every_environment_did(
    tmp_path: Path, changed: str, preview: str, *, allowed: bool
) -> None:
    run = step(ROOT / ".github/workflows/preview.yml", "Tell whether every environment is allowed")["run"]
    assert (bash(run, tmp_path, CHANGED=changed, PREVIEW=preview).returncode == 0) is allowed


@pytest.mark.parametrize(
    ("event", "last", "against"),
    [
        ("push", "first", "first"),
        ("push", "", None),
        ("push", "0" * 40, None),
        ("workflow_dispatch", "first", None),
    ],
)
def test_a_deployment_splits_clusters_from_tenants_and_leaves_out_this_machine_and_what_is_removed(
    tmp_path: Path, event: str, last: str, against: str | None
) -> None:
    found = [
        {"stack": "prod", "cluster": "eks", "tenants": False, "removed": False},
        {"stack": "gone", "cluster": None, "tenants": False, "removed": True},
        {"stack": "local", "cluster": "existing", "tenants": False, "removed": False},
        {"stack": "prod-team", "cluster": "eks", "tenants": True, "removed": False},
    ]
    calls = tmp_path / "calls"
    script(tmp_path / ".venv/bin/python", f"#!/bin/sh\necho \"$*\" >{calls}\necho '{json.dumps(found)}'\n")
    script(tmp_path / "bin/gh", f"#!/bin/sh\necho '{last}'\n")
    for command in ("init -q", "commit -q --allow-empty -m x", "tag first", "commit -q --allow-empty -m y"):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *command.split()], cwd=tmp_path, check=True)
    name = "Find the environments that have changed since the last deployment"
    done = bash(
        step(ROOT / ".github/workflows/deploy.yml", name)["run"],
        tmp_path,
        EVENT=event,
        PATH=f"{tmp_path}/bin:{os.environ['PATH']}",
        GITHUB_OUTPUT=str(tmp_path / "output"),
    )
    assert done.returncode == 0, done.stderr
    told = {
        name: [each["stack"] for each in json.loads(text)]
        for name, text in (line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    }
    assert told == {"all": ["prod", "prod-team"], "clusters": ["prod"], "tenants": ["prod-team"]}
    assert calls.read_text() == f"-m preview changed{f' --against {against}' if against else ''}\n"


def test_the_gitlab_template_has_the_same_commands() -> None:
    class Loader(yaml.SafeLoader):
        """Knows GitLab's own tag."""

    Loader.add_constructor("!reference", lambda loader, node: loader.construct_sequence(node))
    template = yaml.load((ROOT / "ci/gitlab.yml").read_text(), Loader)  # noqa: S506 - a SafeLoader

    def command(job: str) -> str:
        return " ".join(template[job]["script"][-1].split())

    github = {
        name: " ".join(step(ROOT / f".github/workflows/{file}.yml", name)["run"].split())
        for name, file in (("Preview", "deploy"), ("Update", "deploy"), ("Compare", "drift"))
    }
    assert github == {"Preview": command(".plan"), "Update": command(".update"), "Compare": command(".drift")}
    assert template[".update"]["rules"][0]["when"] == "manual"
    assert set(template["preview"]["artifacts"]["reports"]) == {"junit", "codequality"}
    for job, content in template.items():
        for line in [*content.get("before_script", []), *content.get("script", [])] if "stages" not in job else []:
            if isinstance(line, str):
                assert subprocess.run(["bash", "-n", "-c", line], check=False).returncode == 0, line
