"""GitLab's code quality report, and several reports of one preview."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from policies.model import Outcome
from preview.exit_code import ExitCode
from preview.formats import code_quality
from preview.result import StackResult
from tests.preview.test_command import WEAK, preview, stack
from tests.preview.verdicts import control, resource, result, verdict


def test_a_finding_has_what_gitlab_asks_for_and_an_accepted_one_is_none() -> None:
    found = result(
        [verdict(Outcome.FAIL, on=resource(made_at="__main__.py:3")), verdict(Outcome.WAIVED, control("other"))]
    )
    (finding,) = json.loads(code_quality.render([found]))
    assert finding["check_name"] == "some-control"
    assert finding["severity"] == "blocker"
    assert finding["location"] == {"path": "__main__.py", "lines": {"begin": 3}}
    assert finding["description"].startswith("Something is true: fail for example:index:Thing::thing")
    assert len(finding["fingerprint"]) == 64


def test_a_stack_that_can_not_be_previewed_is_a_finding_in_its_file() -> None:
    broken = StackResult(name="dev", error="no such key", exit_code=ExitCode.BAD_CONFIGURATION)
    (finding,) = json.loads(code_quality.render([broken]))
    assert (finding["check_name"], finding["description"]) == ("bad-configuration", "no such key")
    assert finding["location"]["path"] == "stacks/Pulumi.dev.yaml"


def test_one_preview_writes_reports_in_several_formats_and_each_shows_the_weakening(project: Path) -> None:
    stack(project, "weak", WEAK)
    done = preview(
        project, "weak", "--report", "sarif=a.sarif", "--report", "junit=a.xml", "--report", "code-quality=a.json"
    )
    assert done.returncode == 1
    assert "fail cluster-enforces-network-policy" in done.stdout
    (finding,) = json.loads((project / "a.json").read_text())
    assert finding["check_name"] == "cluster-enforces-network-policy"
    (shown,) = json.loads((project / "a.sarif").read_text())["runs"][0]["results"]
    assert shown["ruleId"] == "cluster-enforces-network-policy"
    suite = ET.parse(project / "a.xml").getroot()[0]  # noqa: S314 - our own document
    assert [case.get("classname") for case in suite if case.find("failure") is not None] == [
        "cluster-enforces-network-policy"
    ]


def test_a_report_that_is_not_asked_for_rightly_or_can_not_be_written_is_told(project: Path) -> None:
    for wrong in ("pdf=x", "sarif", "sarif="):
        done = preview(project, "local", "--report", wrong)
        assert done.returncode == 2
        assert done.stderr.startswith(f"error: --report {wrong}: write FORMAT=FILE, where FORMAT is one of text, ")
    done = preview(project, "local", "--report", "sarif=missing/a.sarif")
    assert done.returncode == 2
    assert done.stderr == "error: the report can't be written to missing/a.sarif: No such file or directory\n"


def test_two_reports_in_one_file_are_refused_before_anything_is_previewed(project: Path) -> None:
    (project / "a.md").write_text("before")
    done = preview(project, "nosuch", "--report", "markdown=a.md", "--output", "./a.md")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: two reports can't be written to a.md; give each a file of its own\n"
    assert (project / "a.md").read_text() == "before"


def test_files_of_a_project_below_the_top_of_its_repository_are_named_from_the_top(project: Path) -> None:
    below = project / "infra of us" / "clusters"
    below.mkdir(parents=True)
    for each in ("Pulumi.yaml", "__main__.py", "components", "policies", "preview", "stacks"):
        (project / each).rename(below / each)
    (project / ".git").mkdir()
    stack(below, "weak", WEAK)
    assert preview(below, "weak", "--report", "sarif=a.sarif", "--report", "code-quality=a.json").returncode == 1
    (finding,) = json.loads((below / "a.json").read_text())
    assert finding["location"]["path"] == "infra of us/clusters/stacks/Pulumi.weak.yaml"
    (result,) = json.loads((below / "a.sarif").read_text())["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "infra%20of%20us/clusters/stacks/Pulumi.weak.yaml"
