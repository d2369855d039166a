"""The catalogue as `list` and `explain` tell it."""

import difflib
import functools
from collections.abc import Iterator, Sequence
from enum import StrEnum

from components.errors import UserError
from policies import frameworks
from policies.catalogue import all_controls, control_ids
from policies.frameworks import Framework
from policies.model import Control, Severity


class Area(StrEnum):
    """What a control looks at."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"
    KUBERNETES = "kubernetes"


_PROVIDERS = {"aws": Area.AWS, "azure-native": Area.AZURE, "azure": Area.AZURE, "gcp": Area.GCP}


def areas(control: Control) -> frozenset[Area]:
    """Return what a control looks at, from the resource types that it judges."""
    packages = (type_.removeprefix("secureclusters:").partition(":")[0] for type_ in control.types)
    return frozenset(_PROVIDERS.get(package, Area.KUBERNETES) for package in packages)


def matching(severity: Severity | None, area: Area | None, framework: str | None) -> list[Control]:
    """Return the controls, sorted by id, that pass the filters.

    `framework` is a part of a benchmark's name, without regard to case. Raises `UserError` where none has it.
    """
    answering = _answering(framework) if framework else None
    return [
        control
        for control in all_controls()
        if (severity is None or control.severity is severity)
        and (area is None or area in areas(control))
        and (answering is None or control.id in answering)
    ]


def _answering(framework: str) -> set[str]:
    known = _frameworks()
    chosen = [each for each in known if framework.casefold() in _title(each).casefold()]
    if not chosen:
        raise UserError(f"no framework is named {framework!r}; there are {', '.join(_title(each) for each in known)}")
    return {control for each in chosen for requirement in each.requirements for control in requirement.controls}


@functools.cache
def _frameworks() -> tuple[Framework, ...]:
    return frameworks.load(control_ids())


def _title(framework: Framework) -> str:
    return f"{framework.benchmark} {framework.version}"


def find(control_id: str) -> Control:
    """Return a control; raises `UserError` with the ids that it could have meant."""
    controls = {control.id: control for control in all_controls()}
    if control_id in controls:
        return controls[control_id]
    near = difflib.get_close_matches(control_id.lower(), controls, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`python -m preview list` names all of them"
    raise UserError(f"there is no control {control_id!r}; {hint}")


def explained(control: Control) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each heading of a control's page with its lines."""
    yield "passes where", (f"{control.title}.",)
    yield "why", (control.why,)
    yield "fix", (control.fix,)
    yield "severity", (f"{control.severity}, {control.enforcement}",)
    yield "judges", control.types
    if answered := tuple(answers(control)):
        yield "answers", answered
    yield "source", (control.url,)


def answers(control: Control) -> Iterator[str]:
    """Yield the requirements of benchmarks that a control answers: `benchmark version id: title`."""
    for framework in _frameworks():
        for requirement in framework.requirements:
            if control.id in requirement.controls:
                yield f"{_title(framework)} {requirement.id}: {requirement.title}"
