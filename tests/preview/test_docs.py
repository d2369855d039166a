"""Generated files are up to date, and what they say of stack files is true."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from components.admission.controls import workload_controls
from components.settings import StackSettings
from policies.catalogue import all_controls
from preview import docs

ROOT = Path(__file__).parents[2]
STACK_FILES = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))


def test_no_generated_file_is_out_of_date() -> None:
    assert sorted(docs.stale_files(ROOT)) == []


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.name)
def test_every_stack_file_names_the_schema_and_meets_it(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("# yaml-language-server: $schema=../docs/stack.schema.json\n")
    schema = json.loads((ROOT / "docs" / "stack.schema.json").read_text())
    # An editor reads a day as text, where the Python library makes a date of it.
    content = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.Draft202012Validator(schema).validate(content)


@pytest.mark.parametrize(
    "change",
    [{"secure-clusters:ownr": "x"}, {"secure-clusters:tier": "prod"}, {"secure-clusters:tenants": [{"name": 3}]}],
)
def test_the_schema_refuses_what_the_program_refuses(change: dict) -> None:
    schema = json.loads((ROOT / "docs" / "stack.schema.json").read_text())
    content = yaml.safe_load((ROOT / "stacks" / "Pulumi.local.yaml").read_text())
    content["config"] |= change
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(content))


def test_the_project_file_declares_every_setting_with_type_and_description() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    fields = {f"secure-clusters:{field.alias}" for field in StackSettings.model_fields.values()}
    assert set(project["config"]) == fields
    for entry in project["config"].values():
        assert entry["type"] in ("string", "object", "array")
        assert entry["description"]


def test_the_catalogue_has_an_entry_for_every_control() -> None:
    text = (ROOT / "policies" / "README.md").read_text()
    for control in all_controls():
        assert f"\n## {control.id}\n" in text


def test_the_catalogue_shows_the_enforcers_of_each_control() -> None:
    rows = [line.split(" | ") for line in (docs.ROOT / "policies" / "README.md").read_text().splitlines()]
    enforcers = {row[0].split("]")[0].removeprefix("| ["): row[3] for row in rows if row[0].startswith("| [")}
    assert set(enforcers) == {control.id for control in all_controls()}
    in_cluster = {control for control, by in enforcers.items() if by == "policy pack, API server"}
    assert in_cluster == {control.id for control in workload_controls()}
    assert set(enforcers.values()) == {"policy pack", "policy pack, API server"}
