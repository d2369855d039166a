"""A file that a person wrote is read fast, and yet just as PyYAML's own loader has it."""

from pathlib import Path

import pytest
import yaml

from components import yaml_file
from components.errors import UserError

ROOT = Path(__file__).parent.parent.parent
FILES = sorted([*(ROOT / "stacks").glob("*.yaml"), *(ROOT / "components").rglob("*.yaml"), ROOT / "Pulumi.yaml"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_both_loaders_read_the_same(file: Path) -> None:
    assert yaml_file.read(file, file.name) == yaml.safe_load(file.read_text(encoding="utf-8"))


def test_a_text_that_libyaml_refuses_is_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "processes.yaml"
    file.write_text("items: [runc, runc:[1:CHILD]]\n")
    with pytest.raises(yaml.YAMLError):
        yaml.load(file.read_text(), yaml.CSafeLoader)
    assert yaml_file.read(file, "it") == yaml.safe_load(file.read_text())
    assert yaml_file.lines(file)["items", 0] == 1


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000 + "1" + "}" * 100_000])
def test_a_file_that_nests_without_end_is_refused_and_does_not_end_the_process(tmp_path: Path, text: str) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text(text)
    with pytest.raises(UserError, match="the file"):
        yaml_file.read(file, "the file")
    assert yaml_file.lines(file) == {}
