"""The comment on a pull request: made once, changed in place, and never more than GitHub takes."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.ci.workflows import ROOT, bash, read, script, step

FAKE_GH = f"""#!{sys.executable}
import json, os, sys
given = sys.stdin.read() if "body=@-" in sys.argv else ""
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([*sys.argv[1:], given]) + "\\n")
if "--paginate" in sys.argv:
    print(os.environ["KNOWN"], end="")
"""


@pytest.mark.parametrize("known", ["", "17\n", "17\n18\n"])
def test_the_comment_is_made_once_and_changed_in_place(tmp_path: Path, known: str) -> None:
    calls = comment(tmp_path, known, {"dev": "# dev", "prod": "# prod"})
    method, address, body = calls[1][2], calls[1][3], calls[1][-1]
    assert (method, address) == (
        ("PATCH", "repos/o/r/issues/comments/17") if known else ("POST", "repos/o/r/issues/5/comments")
    )
    assert body == "<!-- secure-clusters-preview -->\n# dev\n\n# prod\n\n\n"
    assert 'user.login == "github-actions[bot]"' in calls[0][-2]


def test_a_comment_stays_below_what_github_takes_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    body = comment(tmp_path, "", {"a": "x" * 40_000, "b": "y" * 40_000, "c": "z"})[1][-1]
    assert len(body) < 65_536
    assert "y" * 100 not in body
    assert body.endswith("The reports on b do not fit in here; the summary of the workflow has them.\n\n")
    assert "z" in body


def test_a_comment_in_another_script_is_more_bytes_than_an_argument_may_have_and_is_made(tmp_path: Path) -> None:
    body = comment(tmp_path, "", {"a": "\N{CJK UNIFIED IDEOGRAPH-6F22}" * 60_000})[1][-1]
    assert len(body.encode()) > 128 * 1024


def test_a_comment_whose_environments_are_not_changed_any_more_says_so_and_none_is_made_for_that(
    tmp_path: Path,
) -> None:
    assert len(comment(tmp_path, "", {})) == 1, "it was looked for, and nothing else"
    (tmp_path / "calls").unlink()
    method, address, *_, body = comment(tmp_path, "17\n", {})[1][2:]
    assert (method, address) == ("PATCH", "repos/o/r/issues/comments/17")
    assert "This pull request changes no environment any more." in body


@pytest.mark.parametrize(
    ("preview", "reports", "given"),
    [
        ("success", ["a.md"], "5 reports/a.md\n"),
        ("failure", ["a.md", "b.md"], "5 reports/a.md reports/b.md\n"),
        ("skipped", [], "5\n"),
    ],
)
def test_the_workflow_keeps_the_comment_also_where_no_environment_is_changed_any_more(
    tmp_path: Path, preview: str, reports: list[str], given: str
) -> None:
    calls = tmp_path / "calls"
    script(tmp_path / "ci/comment.sh", f'#!/bin/sh\necho "$*" >{calls}\n')
    for name in reports:
        script(tmp_path / "reports" / name, "")
    keep = step(ROOT / ".github/workflows/preview.yml", "Keep the comment")["run"]
    assert bash(keep, tmp_path, NUMBER="5", PREVIEW=preview).returncode == 0
    assert calls.read_text() == given
    job = read(ROOT / ".github/workflows/preview.yml")["jobs"]["comment"]
    assert "skipped" not in job["if"]
    assert "!cancelled()" in job["if"], "a run that a newer commit ended has not all the reports"


def comment(folder: Path, known: str, reports: dict[str, str]) -> list[list[str]]:
    script(folder / "bin/gh", FAKE_GH)
    for name, text in reports.items():
        (folder / f"{name}.md").write_text(text)
    done = bash(
        f'shopt -s nullglob; "{ROOT}/ci/comment.sh" 5 *.md',
        folder,
        PATH=f"{folder}/bin:{os.environ['PATH']}",
        CALLS=str(folder / "calls"),
        KNOWN=known,
        GITHUB_REPOSITORY="o/r",
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in (folder / "calls").read_text().splitlines()]
