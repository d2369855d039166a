"""The benchmarks' files: strict, and true of the catalogue."""

from pathlib import Path

import pytest

from policies import frameworks
from policies.catalogue import all_controls
from policies.frameworks import Status
from policies.model import Enforcement
from preview.framework_tables import framework_tables

CONTROLS = {control.id: control for control in all_controls()}
GOOD = """\
benchmark: A benchmark
version: "2"
source: https://example.org/
requirements:
  - {id: "1", title: Something is answered, controls: [known]}
  - {id: "2", title: Something is not answered, status: gap, note: Nothing reads it.}
"""


def test_every_framework_names_existing_controls_only() -> None:
    assert len(frameworks.load(CONTROLS)) >= 9


def test_every_mandatory_control_answers_a_requirement_of_some_framework() -> None:
    named = {
        control
        for framework in frameworks.load(CONTROLS)
        for requirement in framework.requirements
        for control in requirement.controls
    }
    mandatory = {control.id for control in CONTROLS.values() if control.enforcement is Enforcement.MANDATORY}
    assert mandatory - named == set()


def test_a_file_is_read_with_its_requirements_and_gaps(tmp_path: Path) -> None:
    (tmp_path / "a-benchmark-2.yaml").write_text(GOOD)
    (framework,) = frameworks.load({"known"}, tmp_path)
    assert [each.status for each in framework.requirements] == [Status.CONTROLS, Status.GAP]


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("[known]", "[unknown]", "1: 'unknown' is no control"),
        ("[known]", "[known, known]", "1: names a control twice"),
        ("[known]", "[]", "requirements.0: a requirement names controls where its status is 'controls'"),
        ('id: "2"', 'id: "1"', "1 is there 2 times"),
        ("benchmark:", "bench: x\nbenchmark:", "bench: Extra inputs are not permitted"),
        ("controls: [known]", "control: [known]", "requirements.0.control: Extra inputs are not permitted"),
        (", note: Nothing reads it.", "", "requirements.1: a gap says in its note what would be needed"),
        ("Nothing reads it.", "Nothing reads it", "requirements.1.note: String should match pattern"),
        ("status: gap", "status: maybe", "requirements.1.status: Input should be"),
        ('version: "2"', 'version: "3"', "the version is 3, and the file's name must end with it"),
        ('version: "2"', "version: 2", "version: Input should be a valid string"),
        ("requirements:", "requirements: [", "while parsing"),
        (GOOD, "- nothing", "Input should be a valid dictionary"),
    ],
)
def test_a_wrong_file_is_told_with_its_name(tmp_path: Path, good: str, bad: str, told: str) -> None:
    file = tmp_path / "a-benchmark-2.yaml"
    file.write_text(GOOD.replace(good, bad))
    with pytest.raises(ValueError, match=r"a-benchmark-2\.yaml: ") as caught:
        frameworks.load({"known"}, tmp_path)
    assert told in str(caught.value)


def test_the_generated_document_counts_and_names_the_gaps_of_each_framework() -> None:
    text = framework_tables()
    for framework in frameworks.load(CONTROLS):
        gaps = [each.id for each in framework.requirements if each.status is Status.GAP]
        assert f"## {framework.benchmark} {framework.version}\n" in text
        assert not gaps or f"\nGaps: {', '.join(gaps)}.\n" in text
