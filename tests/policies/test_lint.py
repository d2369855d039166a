"""`make lint` names what is wrong with the controls' files, all of it, with file and line."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policies import lint
from policies.catalogue import CONTROLS

PYTHON = CONTROLS / "tenancy" / "namespace_owner.py"
CEL = CONTROLS / "workload" / "workload-proc-masked.yaml"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A catalogue of two controls, with a fixture each."""
    controls, fixtures = tmp_path / "controls", tmp_path / "fixtures"
    for file in (PYTHON, CEL):
        folder = controls / file.parent.name
        folder.mkdir(parents=True)
        shutil.copy(file, folder)
    fixtures.mkdir()
    for control in ("namespace-owner", "workload-proc-masked"):
        (fixtures / f"{control}.yaml").write_text("[]")
    return controls, fixtures


def found(folders: tuple[Path, Path]) -> list[str]:
    return [problem.replace(f"{folders[0].parent}/", "") for problem in lint.problems(*folders)]


def change(folders: tuple[Path, Path], name: str, old: str, new: str) -> int:
    """Change a file; returns the line of what was changed."""
    (file,) = folders[0].glob(f"*/{name}")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_this_catalogue_is_clean_and_make_lint_asks() -> None:
    done = subprocess.run([sys.executable, "-m", "policies.lint"], cwd=lint.ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    recipe = (lint.ROOT / "Makefile").read_text().split("\nlint:")[1].split("\n\n")[0]
    assert "-m policies.lint" in recipe


def test_a_good_catalogue_has_no_problem(folders: tuple[Path, Path]) -> None:
    assert found(folders) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (CEL.name, "severity:", "id: another\nseverity:", "id: Extra inputs are not permitted"),
        (CEL.name, "severity:", "severty: low\nseverity:", "severty: Extra inputs are not permitted"),
        (CEL.name, "violates: >-\n", "violates: >-\n  (\n", "Syntax error"),
        (CEL.name, "violates: >-\n", "violates: >-\n  nobody.knows ||\n", "undeclared reference to 'nobody.knows'"),
        (CEL.name, "url: https", "url: http", "url: String should match pattern"),
        (CEL.name, "severity:", "severity: [", "while parsing"),
        (PYTHON.name, "severity=", "severty=", "TypeError"),
        (PYTHON.name, 'url="https', 'url="http', "url: must start with https://"),
        (PYTHON.name, "def check(", "def check((", "parenthesized"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    folders: tuple[Path, Path], name: str, old: str, new: str, told: str
) -> None:
    change(folders, name, old, new)
    problems = found(folders)
    assert problems
    place, _, message = problems[0].partition(": ")
    assert place.rpartition(":")[0].endswith(f"/{name}")
    assert int(place.rpartition(":")[2]) >= 1
    assert told in message


@pytest.mark.parametrize(("name", "start"), [(CEL.name, "fix: "), (PYTHON.name, "fix=")])
def test_a_fix_without_a_period_is_named_with_its_line(folders: tuple[Path, Path], name: str, start: str) -> None:
    (file,) = folders[0].glob(f"*/{name}")
    lines = file.read_text().split("\n")
    (number,) = [index for index, line in enumerate(lines) if line.strip().startswith(start)]
    lines[number] = '    fix="Mend it",' if name.endswith(".py") else "fix: Mend it"
    file.write_text("\n".join(lines))
    (problem,) = found(folders)
    assert f"/{name}:{number + 1}: fix: " in problem


def test_a_cel_error_in_what_held_in_an_older_minor_is_named_with_its_line(folders: tuple[Path, Path]) -> None:
    line = change(folders, CEL.name, "changed:", "changed:")
    text = (folders[0] / "workload" / CEL.name).read_text()
    head, changed = text.split("\nchanged:")
    broken = changed.replace("violates: ", "violates: (", 1)
    (folders[0] / "workload" / CEL.name).write_text(f"{head}\nchanged:{broken}")
    (problem,) = found(folders)
    assert problem.startswith(f"controls/workload/{CEL.name}:{line}: ")


def test_a_missing_fixture_and_one_of_no_control_are_named(folders: tuple[Path, Path]) -> None:
    (folders[1] / "namespace-owner.yaml").rename(folders[1] / "namespace-ownr.yaml")
    assert found(folders) == [
        "controls/tenancy/namespace_owner.py:1: it has no fixture; write tests/policies/controls/namespace-owner.yaml",
        "fixtures/namespace-ownr.yaml:1: no control has the id 'namespace-ownr'; a fixture is named after its control",
    ]


@pytest.mark.parametrize(
    ("name", "other", "told"),
    [
        (CEL.name, "Workload-X.yaml", "controls/workload/Workload-X.yaml:1: a control's id is its file's name"),
        (PYTHON.name, "NamespaceOwner.py", "controls/tenancy/NamespaceOwner.py:1: id: name the file in lower-case"),
    ],
)
def test_a_file_whose_name_can_be_no_id_is_named(folders: tuple[Path, Path], name: str, other: str, told: str) -> None:
    (file,) = folders[0].glob(f"*/{name}")
    file.rename(file.with_name(other))
    assert any(problem.startswith(told) for problem in found(folders))


def test_two_files_of_one_id_are_named(folders: tuple[Path, Path]) -> None:
    shutil.copy(PYTHON, folders[0] / "workload" / PYTHON.name)
    assert any("has the id 'namespace-owner' already" in problem for problem in found(folders))


def test_every_bad_file_is_told_and_not_the_first_alone(folders: tuple[Path, Path]) -> None:
    change(folders, CEL.name, "url: https", "url: http")
    change(folders, PYTHON.name, 'url="https', 'url="http')
    assert len(found(folders)) == 2
