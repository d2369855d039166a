"""Which mutants no control catches, and which of them are known to be harmless."""

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policies.evaluate import evaluate
from policies.model import Control, Outcome, Resource, Verdict
from tests.policies import sdk
from tests.policies.fixtures import TODAY

from .mutants import Mutant, mutants

_BAD = (Outcome.FAIL, Outcome.ERROR)


@dataclass(frozen=True)
class Harmless:
    """A pattern of mutants that weaken nothing, and why."""

    mutant: str
    reason: str


@dataclass(frozen=True)
class Rules:
    """The data beside this module: weak values, and harmless mutants."""

    weak: Mapping[str, Sequence[Any]]
    added: Mapping[str, Mapping[str, Any]]
    harmless: tuple[Harmless, ...]

    @classmethod
    def of(cls, cloud: str) -> "Rules":
        content = yaml.safe_load((Path(__file__).parent / f"{cloud}.yaml").read_text(encoding="utf-8"))
        return cls(
            weak=content["weak"],
            added=content["added"],
            harmless=tuple(
                Harmless(mutant, reason) for reason, patterns in content["harmless"].items() for mutant in patterns
            ),
        )


@dataclass(frozen=True)
class Judged:
    """A mutant and the controls that catch it."""

    mutant: Mutant
    caught_by: frozenset[str]


def judge(
    resources: Sequence[Resource], controls: Sequence[Control], rules: Rules, prefix: str | tuple[str, ...]
) -> Iterator[Judged]:
    """Yield every mutant of the resources whose type has the prefix; those that a provider refuses are left out."""
    before = _failures(evaluate(resources, (), TODAY, controls).verdicts)
    for index, resource in enumerate(resources):
        if not resource.type.startswith(prefix):
            continue
        for mutant in mutants(resource, rules.weak, rules.added.get(resource.type, {})):
            if not _refused(mutant):
                changed = [mutant.changed] if mutant.changed else []
                stack = [*resources[:index], *changed, *resources[index + 1 :]]
                after = _failures(evaluate(stack, (), TODAY, controls).verdicts)
                yield Judged(mutant, frozenset(control for control, _ in after - before))


def is_harmless(mutant: Mutant, rules: Rules) -> bool:
    """Whether the mutant is known to weaken nothing."""
    return any(fnmatch.fnmatchcase(mutant.name, each.mutant) for each in rules.harmless)


def _failures(verdicts: Sequence[Verdict]) -> set[tuple[str, str]]:
    return {(each.control.id, each.resource.urn) for each in verdicts if each.outcome in _BAD}


def _refused(mutant: Mutant) -> bool:
    """Whether the SDK itself asks for what was removed."""
    inputs = sdk.input_class(mutant.resource.judged_type)
    removed = mutant.what == "removed" and mutant.path
    return bool(removed) and inputs is not None and sdk.is_required(inputs, mutant.path.split("."))
