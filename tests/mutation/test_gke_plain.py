"""Every weakening of a hardened GKE stack in plain pulumi-gcp is caught by a control, or known to be harmless."""

import functools

import pytest

from components import clock
from policies.catalogue import all_controls
from tests.policies import hardened_gcp
from tests.policies.fixtures import TODAY
from tests.recording import record

from .survivors import Judged, Rules, is_harmless, judge

MODES = {"standard": hardened_gcp.program, "autopilot": hardened_gcp.autopilot}
CONTROLS = [each for each in all_controls() if any(type_.startswith("gcp:") for type_ in each.types)]
RULES = Rules.of("gcp")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@functools.cache
def judged(mode: str) -> list[Judged]:
    return list(judge(list(record(MODES[mode]).values()), CONTROLS, RULES, "gcp:"))


@pytest.mark.parametrize("mode", MODES)
def test_every_mutant_is_caught_or_known_to_be_harmless(mode: str) -> None:
    assert len(judged(mode)) > 150, "the mutator found something to change"
    survivors = {
        each.mutant.name for each in judged(mode) if not each.caught_by and not is_harmless(each.mutant, RULES)
    }
    assert survivors == set()


def test_every_pattern_of_harmless_mutants_is_needed() -> None:
    survivors = [each.mutant for mode in MODES for each in judged(mode) if not each.caught_by]
    for harmless in RULES.harmless:
        alone = Rules(weak={}, added={}, harmless=(harmless,))
        assert any(is_harmless(mutant, alone) for mutant in survivors), harmless.mutant
