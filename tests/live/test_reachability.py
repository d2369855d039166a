"""Who can talk to whom is what cyclonus says, which knows nothing of this project."""

from pathlib import Path

import pytest

from local import recipes
from local.tools import Toolbox
from preview import reachability
from tests.live.reachability_situations import (
    EXPLAINED,
    answers,
    explanation,
    from_cyclonus,
    judged_by_cyclonus,
    made_up,
    resources,
)

pytestmark = pytest.mark.live

SEED, MADE_UP = 7, 1200


@pytest.fixture(scope="module")
def oracle() -> Path:
    return Toolbox(recipes={recipes.CYCLONUS_ORACLE: recipes.cyclonus_oracle()}).path(recipes.CYCLONUS_ORACLE)


def test_every_case_that_cyclonus_generates_has_the_answer_of_cyclonus(oracle):
    situations = from_cyclonus(oracle)
    assert len(situations) > 500
    assert sum(len(each["answers"]) for each in situations) > 400_000
    assert [each["name"] for each in situations if answers(each) != each["answers"]] == []


def test_odd_situations_have_the_answer_of_cyclonus_but_where_it_is_wrong_by_the_documentation(oracle):
    situations = judged_by_cyclonus(oracle, made_up(SEED, MADE_UP))
    different = [each for each in situations if answers(each) != each["answers"]]
    assert [each["name"] for each in different if explanation(each) is None] == []
    assert {explanation(each) for each in different} == set(EXPLAINED), "an explanation that explains nothing goes"
    assert sum(explanation(each) is None for each in situations) > MADE_UP / 4
    assert len({each["answers"] for each in situations}) > MADE_UP / 2, "the situations differ"


def test_the_links_of_a_situation_hold_what_its_pairs_say():
    for situation in made_up(SEED + 1, 300):
        matrix = reachability.matrix(resources(situation))
        endpoints = matrix.sides.endpoints
        pairs = {
            (source, target): ports
            for i, source in enumerate(endpoints)
            for j, target in enumerate(endpoints)
            if (ports := matrix.ports(i, j))
        }
        found = {}
        for link in matrix.links():
            for source in link.sources:
                for target in link.targets:
                    found[source, target] = found.get((source, target), link.ports) | link.ports
        assert found == pairs, situation["name"]
