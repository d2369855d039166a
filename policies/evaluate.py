"""Resources in, verdicts out; no Pulumi engine needed."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from . import objects
from .catalogue import all_controls
from .control import NotApplicableError
from .model import Baseline, Control, Enforcement, Outcome, Resource, Stack, Verdict, Waiver
from .values import Props, UnknownRead, dotted


@dataclass(frozen=True, kw_only=True)
class Report:
    """Every verdict of an evaluation, and what is wrong with the waivers and baselines."""

    verdicts: tuple[Verdict, ...]
    waiver_problems: tuple[str, ...]
    baseline_problems: tuple[str, ...] = ()

    def denied(self, *, strict: bool) -> bool:
        """Return whether the update must not happen."""
        problems = self.waiver_problems or self.baseline_problems
        return bool(problems) or any(verdict.denies(strict=strict) for verdict in self.verdicts)


def evaluate(
    resources: Sequence[Resource],
    waivers: Sequence[Waiver],
    today: datetime.date,
    controls: Sequence[Control] | None = None,
    baselines: Sequence[Baseline] = (),
) -> Report:
    """Return the verdict of every control on every resource that it is about.

    `today` (UTC) decides which waivers and baselines have expired. A control that breaks gives ERROR, never a crash
    and never a pass.
    """
    verdicts = tuple(stream(resources, waivers, today, controls, baselines))
    return report_of(resources, verdicts, waivers, today, baselines)


def stream(
    resources: Sequence[Resource],
    waivers: Sequence[Waiver],
    today: datetime.date,
    controls: Sequence[Control] | None = None,
    baselines: Sequence[Baseline] = (),
) -> Iterator[Verdict]:
    """Yield the verdicts of `evaluate` one by one, for whoever counts many and keeps few."""
    controls = all_controls() if controls is None else controls
    of_type = {type_: [each for each in controls if type_ in each.types] for type_ in _types(resources)}
    for resource in resources:
        yield from judge_resource(resource, waivers, today, of_type[resource.judged_type], baselines)
    yield from judge_stack(resources, waivers, today, controls, baselines)


def _types(resources: Sequence[Resource]) -> set[str]:
    return {resource.judged_type for resource in resources}


def report_of(
    resources: Sequence[Resource],
    verdicts: Sequence[Verdict],
    waivers: Sequence[Waiver],
    today: datetime.date,
    baselines: Sequence[Baseline] = (),
) -> Report:
    """Return the report on verdicts that have been given already."""
    return Report(
        verdicts=tuple(verdicts),
        waiver_problems=tuple(_waiver_problems(resources, verdicts, waivers, today)),
        baseline_problems=tuple(_baseline_problems(resources, verdicts, baselines, today)),
    )


def judge_resource(
    resource: Resource,
    waivers: Sequence[Waiver],
    today: datetime.date,
    controls: Sequence[Control],
    baselines: Sequence[Baseline] = (),
) -> Iterator[Verdict]:
    """Yield the verdicts of the controls that need one resource only."""
    type_ = resource.judged_type
    for control in controls:
        if control.check is not None and type_ in control.types:
            verdict = _judge_one(control, resource)
            passed = verdict.outcome is Outcome.PASS  # most do, and nothing more is to be said of them
            yield verdict if passed else _accepted(verdict, waivers, today, baselines)


def judge_stack(
    resources: Sequence[Resource],
    waivers: Sequence[Waiver],
    today: datetime.date,
    controls: Sequence[Control],
    baselines: Sequence[Baseline] = (),
) -> Iterator[Verdict]:
    """Yield the verdicts of the controls that need the whole stack."""
    stack = Stack(resources)
    for control in controls:
        if control.stack_check is not None:
            for verdict in _judge_all(control, stack):
                yield _accepted(verdict, waivers, today, baselines)


def _judge_one(control: Control, resource: Resource) -> Verdict:
    try:
        outcome, messages = _judged(control, resource)
    except UnknownRead as unknown:
        outcome, messages = Outcome.UNKNOWN, [str(unknown)]
    except Exception as error:
        outcome, messages = Outcome.ERROR, [_broken(error)]
    return Verdict(control=control, resource=resource, outcome=outcome, messages=tuple(messages))


def _judged(control: Control, resource: Resource) -> tuple[Outcome, list[str]]:
    """Return the outcome over all parts; a violation that was found stands, whatever is unknown beside it."""
    if control.parts is None:
        return _judge_part(control, resource.props)
    seen: dict[Outcome, list[str]] = {}
    try:
        for part in control.parts(resource):
            outcome, messages = _judge_part(control, part)
            seen.setdefault(outcome, []).extend(messages)
    except UnknownRead as unknown:
        seen.setdefault(Outcome.UNKNOWN, []).append(str(unknown))
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS):
        if outcome in seen:
            return outcome, seen[outcome]
    return Outcome.NOT_APPLICABLE, seen.get(Outcome.NOT_APPLICABLE, ["it has no such part"])


def _judge_part(control: Control, part: Props) -> tuple[Outcome, list[str]]:
    found: list[str] = []
    try:
        messages = control.check(part) if control.check else None
        if messages is None:
            return Outcome.PASS, found
        head = f"{dotted(part.path)}: " if part.path else ""
        for message in messages:
            found.append(head + message)  # noqa: PERF401 - what was found before an unknown must be kept
    except NotApplicableError as reason:
        if not found:
            return Outcome.NOT_APPLICABLE, [str(reason)]
    except UnknownRead as unknown:
        if not found:
            return Outcome.UNKNOWN, [str(unknown)]
    return (Outcome.FAIL if found else Outcome.PASS), found


def _judge_all(control: Control, stack: Stack) -> Iterator[Verdict]:
    found: dict[str, list[str]] = {}
    unseen: tuple[Outcome, tuple[str, ...]] = (Outcome.PASS, ())
    try:
        for finding in control.stack_check(stack) if control.stack_check else ():
            found.setdefault(finding.resource.urn, []).append(finding.message)
    except NotApplicableError as reason:
        unseen = (Outcome.NOT_APPLICABLE, (str(reason),))
    except UnknownRead as unknown:
        unseen = (Outcome.UNKNOWN, (str(unknown),))
    except Exception as error:
        unseen = (Outcome.ERROR, (_broken(error),))
    for resource in stack.of_type(*control.types):
        if messages := found.get(resource.urn):
            yield Verdict(control=control, resource=resource, outcome=Outcome.FAIL, messages=tuple(messages))
        else:
            yield Verdict(control=control, resource=resource, outcome=unseen[0], messages=unseen[1])


def _broken(error: Exception) -> str:
    """Say that the control broke, without the error's own text: it may quote a secret."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = f" at {last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else ""
    return f"the control broke ({type(error).__name__}{where}); report it as a bug"


def _accepted(
    verdict: Verdict, waivers: Iterable[Waiver], today: datetime.date, baselines: Iterable[Baseline]
) -> Verdict:
    if verdict.outcome not in (Outcome.FAIL, Outcome.UNKNOWN):
        return verdict
    for waiver in waivers:
        if waiver.covers(verdict.control.id, verdict.resource) and not waiver.expired(today):
            return replace(verdict, outcome=Outcome.WAIVED, waiver=waiver)
    if verdict.outcome is Outcome.FAIL and verdict.control.enforcement is Enforcement.MANDATORY:
        for baseline in baselines:
            if baseline.lists(verdict) and not baseline.expired(today):
                return replace(verdict, outcome=Outcome.EXISTING, baseline=baseline)
    return verdict


def _waiver_problems(
    resources: Sequence[Resource],
    verdicts: Sequence[Verdict],
    waivers: Sequence[Waiver],
    today: datetime.date,
) -> Iterator[str]:
    """Yield what is wrong with the waivers of these stacks: expired ones, and ones that waive nothing.

    A waiver about what no resource is called may be about the inside of a chart that was not rendered.
    """
    stacks = {resource.stack for resource in resources}
    unseen = _with_unseen_parts(resources)
    used = {verdict.waiver for verdict in verdicts if verdict.waiver}
    for waiver in waivers:
        if not any(waiver.concerns(stack) for stack in stacks):
            continue
        name = f"the waiver of {waiver.control} for {waiver.resource}"
        if waiver.expired(today):
            yield f"{name} expired on {waiver.expires}; ask {waiver.owner} to renew it or fix the resource"
        elif waiver not in used and not _may_be_unseen(waiver, unseen, resources):
            yield f"{name} waives nothing; remove it from stacks/waivers.yaml"


def _with_unseen_parts(resources: Sequence[Resource]) -> set[str]:
    """Return the stacks that install a chart which was not rendered."""
    charts = (each for each in resources if each.type == objects.CHART)
    return {chart.stack for chart in charts if chart.props.plain.get("rendered") is not True}


def _may_be_unseen(waiver: Waiver, unseen: Collection[str], resources: Sequence[Resource]) -> bool:
    return any(waiver.concerns(stack) for stack in unseen) and not any(
        waiver.covers(waiver.control, resource) for resource in resources
    )


def _baseline_problems(
    resources: Sequence[Resource],
    verdicts: Sequence[Verdict],
    baselines: Sequence[Baseline],
    today: datetime.date,
) -> Iterator[str]:
    """Yield what is wrong with the baselines of these stacks: expired ones, and violations that are no longer there.

    A verdict that is UNKNOWN or ERROR does not show that a violation is gone, and neither does a chart that was not
    rendered.
    """
    stacks = {resource.stack for resource in resources}
    unseen, seen = _with_unseen_parts(resources), {resource.key for resource in resources}
    for baseline in baselines:
        if baseline.stack not in stacks:
            continue
        if baseline.expired(today):
            yield (
                f"the baseline of {baseline.stack} expired on {baseline.expires}; "
                f"ask {baseline.owner} to fix what it lists, or to waive what must stay"
            )
            continue
        there = {
            (verdict.control.id, verdict.resource.key)
            for verdict in verdicts
            if verdict.outcome in (Outcome.EXISTING, Outcome.UNKNOWN, Outcome.ERROR)
            and verdict.resource.stack == baseline.stack
        }
        if baseline.stack in unseen:
            there |= {each for each in baseline.violations if each[1] not in seen}
        for control, resource in sorted(baseline.violations - there):
            yield (
                f"the baseline of {baseline.stack} lists {control} for {resource}, which needs no baseline any more; "
                f"run 'python -m preview baseline {baseline.stack}'"
            )
