"""The report for programs, and its published schema."""

import copy
import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policies.model import Outcome
from preview import environments
from preview.change.model import Action, Presence, WaiverAction
from preview.exit_code import ExitCode
from preview.formats.json_report import render
from preview.result import failed
from tests.preview.formats.environments import waiver
from tests.preview.formats.results import change, hostile, result, verdict

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text())


def strict(schema: Any) -> Any:
    """Return the schema with every object closed: what is written must be documented."""
    schema = copy.deepcopy(schema)
    for definition in (schema, *schema["$defs"].values()):
        definition["additionalProperties"] = False
    return schema


def assert_valid(report: str) -> dict[str, Any]:
    document = json.loads(report)
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(document)
    return document


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "schemaVersion" in SCHEMA["description"]


def test_the_report_on_every_stack_of_this_repository_is_valid() -> None:
    document = assert_valid(render(environments.preview([], strict=True)))
    assert len(document["stacks"]) >= 7
    assert any(each["upgrades"] for each in document["stacks"])


def test_a_report_with_everything_that_can_change_is_valid_and_whole() -> None:
    document = assert_valid(render([hostile("it"), result(change=change("it", 60))]))
    assert len(document["stacks"][1]["change"]["opened"]) == 60
    assert {each["action"] for each in document["stacks"][0]["change"]["resources"]} == set(Action)


def test_half_a_surrogate_pair_in_a_name_is_written_as_json_has_it() -> None:
    document = assert_valid(render([result(verdict("half \ud800", Outcome.FAIL))]))
    assert "half \ud800" in json.dumps(document, ensure_ascii=False)


def test_a_waiver_is_told_with_what_holds_the_risk_down_and_when_it_is_looked_at_again() -> None:
    day = datetime.date(2027, 1, 31)
    whole = waiver("a-control", expires=day, review=datetime.date(2027, 1, 1), compensating="A firewall before it.")
    bare = waiver("a-control", expires=day)
    found = result(*(verdict(f"n{number}", Outcome.WAIVED, waiver=each) for number, each in enumerate((whole, bare))))
    told = [each["waiver"] for each in assert_valid(render([found]))["stacks"][0]["verdicts"]]
    same = {"reason": whole.reason, "owner": whole.owner, "expires": "2027-01-31"}
    assert told == [
        {**same, "compensating": "A firewall before it.", "review": "2027-01-01"},
        {**same, "compensating": None, "review": None},
    ]


def test_a_report_on_a_stack_that_broke_is_valid() -> None:
    for code in ExitCode:
        assert_valid(render([failed("dev", ValueError("it broke"), code)]))


@pytest.mark.parametrize(
    ("definition", "key", "words"),
    [
        ("ResourceChangeEntry", "action", Action),
        ("ChangeEntry", "presence", Presence),
        ("WaiverChangeEntry", "action", WaiverAction),
    ],
)
def test_the_schema_knows_every_word_of_an_enumeration(definition: str, key: str, words: Any) -> None:
    assert set(SCHEMA["$defs"][definition]["properties"][key]["enum"]) == {each.value for each in words}


def test_a_reader_of_the_published_schema_takes_keys_that_it_does_not_know() -> None:
    document = json.loads(render([result(verdict("web", Outcome.PASS))]))
    document["stacks"][0]["later"] = 1
    jsonschema.validate(document, SCHEMA)


def test_a_report_that_lacks_a_key_is_not_valid() -> None:
    document = json.loads(render([result()]))
    del document["stacks"][0]["change"]
    with pytest.raises(jsonschema.ValidationError, match="'change' is a required property"):
        jsonschema.validate(document, SCHEMA)
