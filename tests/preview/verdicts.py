"""Results of previews that no program made, for tests of the reports."""

import datetime
from collections.abc import Sequence

from policies.evaluate import Report
from policies.model import Baseline, Control, Enforcement, Outcome, Resource, Severity, Verdict, Waiver
from policies.values import Props
from preview.exit_code import ExitCode
from preview.result import StackResult

END = datetime.date(2027, 1, 31)


def control(name: str = "some-control", enforcement: Enforcement = Enforcement.MANDATORY, fix: str = "") -> Control:
    return Control(
        id=name,
        title="Something is true",
        severity=Severity.HIGH,
        why="It matters.",
        fix=fix or "Set cluster.endpoint.access.",
        url="https://example.org/why",
        types=("example:index:Thing",),
        enforcement=enforcement,
    )


def resource(name: str = "thing", type_: str = "example:index:Thing", **more: str | None) -> Resource:
    return Resource(
        urn=f"urn:pulumi:dev::secure-clusters::{type_}::{name}", type=type_, name=name, props=Props({}), **more
    )


def verdict(outcome: Outcome, of: Control | None = None, on: Resource | None = None, *messages: str) -> Verdict:
    of, on = of or control(), on or resource()
    waiver = Waiver(
        control=of.id, stack="dev", resource=on.key, reason="The vendor needs it.", owner="team-a", expires=END
    )
    baseline = Baseline(stack="dev", owner="team-b", expires=END, violations=frozenset({(of.id, on.key)}))
    return Verdict(
        control=of,
        resource=on,
        outcome=outcome,
        messages=messages or ("access must be private",),
        waiver=waiver if outcome is Outcome.WAIVED else None,
        baseline=baseline if outcome is Outcome.EXISTING else None,
    )


def result(verdicts: Sequence[Verdict], *, strict: bool = False, above: Sequence[Resource] = ()) -> StackResult:
    report = Report(verdicts=tuple(verdicts), waiver_problems=())
    return StackResult(
        name="dev",
        resources=(*above, *dict.fromkeys(each.resource for each in verdicts)),
        report=report,
        exit_code=ExitCode.DENIED if report.denied(strict=strict) else ExitCode.ALLOWED,
        strict=strict,
    )
