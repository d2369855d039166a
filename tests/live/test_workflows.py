"""The workflows as actionlint reads them; zizmor reads them in `make lint`."""

import subprocess
from pathlib import Path

import pytest

from local.recipes import ACTIONLINT, actionlint
from local.tools import Toolbox
from tests.ci.workflows import ROOT, WORKFLOWS

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def linter() -> Path:
    return Toolbox(recipes={ACTIONLINT: actionlint()}).path(ACTIONLINT)


def lint(linter: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([linter, "-no-color", *files], cwd=ROOT, capture_output=True, text=True, check=False)


def test_actionlint_has_nothing_to_say(linter: Path) -> None:
    done = lint(linter, *WORKFLOWS)
    assert (done.returncode, done.stdout) == (0, "")


def test_actionlint_would_say_it(linter: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text().replace("timeout-minutes", "timeout-hours"))
    assert 'unexpected key "timeout-hours"' in lint(linter, broken).stdout
