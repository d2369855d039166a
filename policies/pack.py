"""The controls as CrossGuard policies: few policies, each of which dispatches to many controls.

The SDK deserialises a resource again for each policy, so eighty policies would cost eighty times as much
as one. Each level needs a policy of its own, since a policy has one level for all its violations.
"""

import datetime
import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from . import baselines, clock, waivers
from .environment import controls_of
from .evaluate import judge_resource, judge_stack, report_of
from .model import Baseline, Outcome, Resource, Verdict, Waiver
from .values import Props, plain

VERDICTS = "SECURE_CLUSTERS_VERDICTS"
"""Environment variable: a file to which every verdict is appended, a JSON object a line."""

_CONFIG = PolicyConfigSchema(
    properties={"strict": {"type": "boolean", "default": False, "description": "Deny what is not known yet as well."}}
)
_TROUBLE = (Outcome.ERROR, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXISTING)
_Report = Callable[..., None]


def policies() -> list[Policy]:
    """Return the policies of the pack; raises `UserError` where waivers or baselines can't be read."""
    today = clock.today()
    judge = _Judge(waivers.load(waivers.FILE, today), baselines.load(baselines.FILE, today), today)
    return [
        ResourceValidationPolicy(
            name="resources-mandatory",
            description="Every resource passes the mandatory controls that judge it.",
            validate=judge.deny_resource,
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=_CONFIG,
        ),
        ResourceValidationPolicy(
            name="resources-advisory",
            description="Every resource passes the advisory controls, and none depends on an unknown value.",
            validate=judge.warn_of_resource,
            enforcement_level=EnforcementLevel.ADVISORY,
            config_schema=_CONFIG,
        ),
        StackValidationPolicy(
            name="stack-mandatory",
            description="The stack as a whole passes the mandatory controls, and its waivers and baseline hold.",
            validate=judge.deny_stack,
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=_CONFIG,
        ),
        StackValidationPolicy(
            name="stack-advisory",
            description="The stack as a whole passes the advisory controls.",
            validate=judge.warn_of_stack,
            enforcement_level=EnforcementLevel.ADVISORY,
            config_schema=_CONFIG,
        ),
    ]


class _Judge:
    """Evaluates once for both levels: the mandatory policy of a kind runs first, the advisory one reads on."""

    def __init__(self, accepted: Sequence[Waiver], existing: Sequence[Baseline], today: datetime.date) -> None:
        self._waivers = accepted
        self._baselines = existing
        self._today = today
        self._resources: dict[str, list[Verdict]] = {}
        """By URN; kept until the whole stack is judged, which only then tells the waivers that waive nothing."""
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._stack: tuple[Verdict, ...] = ()
        self._log = threading.Lock()

    def deny_resource(self, args: ResourceValidationArgs, report: _Report) -> None:
        resource = Resource(urn=args.urn, type=args.resource_type, name=args.name, props=Props(plain(args.props)))
        verdicts = self._judged(resource)
        self._resources[args.urn] = verdicts
        self._inputs[args.urn] = resource.props.plain
        self._write(verdicts)
        _tell(verdicts, report, strict=_strict(args), denying=True)

    def warn_of_resource(self, args: ResourceValidationArgs, report: _Report) -> None:
        _tell(self._resources.get(args.urn, []), report, strict=_strict(args), denying=False)

    def deny_stack(self, args: StackValidationArgs, report: _Report) -> None:
        resources = [resource_of(each, self._inputs.get(each.urn)) for each in args.resources]
        controls = controls_of(resources[0].stack) if resources else ()
        self._stack = tuple(judge_stack(resources, self._waivers, self._today, controls, self._baselines))
        self._write(self._stack)
        _tell(self._stack, report, strict=_strict(args), denying=True)
        # A resource that the engine left alone, as in an update of some targets, was not shown before.
        alone = [each for resource in resources for each in self._resources.get(resource.urn) or self._judged(resource)]
        whole = report_of(resources, [*alone, *self._stack], self._waivers, self._today, self._baselines)
        for problem in (*whole.waiver_problems, *whole.baseline_problems):
            report(problem)

    def warn_of_stack(self, args: StackValidationArgs, report: _Report) -> None:
        _tell(self._stack, report, strict=_strict(args), denying=False)

    def _judged(self, resource: Resource) -> list[Verdict]:
        controls = controls_of(resource.stack)
        return list(judge_resource(resource, self._waivers, self._today, controls, self._baselines))

    def _write(self, verdicts: Iterable[Verdict]) -> None:
        """Append the verdicts to the log, if there is one; the engine itself only hears of violations."""
        file = os.environ.get(VERDICTS)
        if file is None:
            return
        lines = "".join(f"{json.dumps(_row(verdict))}\n" for verdict in verdicts)
        with self._log, Path(file).open("a", encoding="utf-8") as log:
            log.write(lines)


def resource_of(resource: PolicyResource, inputs: Mapping[str, Any] | None) -> Resource:
    """Return a resource of a whole stack as the controls see it.

    Of the whole stack the engine shows the outputs. They lack what a provider does not answer: of azure-native the
    names in a resource's path; and hold as unknown what nobody declared: of AWS whatever the cloud may fill in. So the
    controls see the inputs that they saw of the resource alone, and outputs only where they saw none.
    """
    parent = resource.parent.urn if resource.parent else None
    references = {
        key: tuple(each.urn for each in referred)
        for key, referred in resource.property_dependencies.items()
        if referred
    }
    return Resource(
        urn=resource.urn,
        type=resource.resource_type,
        name=resource.name,
        props=Props(plain(resource.props) if inputs is None else inputs),
        parent=parent,
        references=references,
    )


def _tell(verdicts: Iterable[Verdict], report: _Report, *, strict: bool, denying: bool) -> None:
    for verdict in verdicts:
        if verdict.outcome in _TROUBLE and verdict.denies(strict=strict) is denying:
            for message in verdict.messages:
                report(_sentence(verdict, message), verdict.resource.urn)


def _sentence(verdict: Verdict, message: str) -> str:
    head = f"{verdict.control.id} ({verdict.outcome}): {message}"
    return f"{head}. {verdict.control.fix}" if verdict.outcome in (Outcome.FAIL, Outcome.EXISTING) else head


def _strict(args: ResourceValidationArgs | StackValidationArgs) -> bool:
    return bool(args.get_config().get("strict", False))


def _row(verdict: Verdict) -> dict[str, str]:
    return {"control": verdict.control.id, "urn": verdict.resource.urn, "outcome": verdict.outcome}
