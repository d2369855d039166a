"""Odd input gets an answer: a verdict of every control, never a crash, and never a pass of what was not judged."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components import yaml_file
from components.errors import UserError
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Outcome, Verdict
from tests.live.odd_objects import odd_objects
from tests.policies.fixtures import TODAY, resource

POD = "kubernetes:core/v1:Pod"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
OF_PODS = [control for control in all_controls() if control.expression and POD in control.types]
SCALAR = st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=5))
ANYTHING = st.recursive(
    SCALAR,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(st.text(max_size=5), below, max_size=3)),
    max_leaves=8,
)


def verdicts(manifest: dict[str, Any], type_: str = POD) -> list[Verdict]:
    return list(evaluate([resource(type_, "odd", manifest)], (), TODAY, OF_PODS).verdicts)


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "odd"}, "spec": spec}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd_objects())
def test_an_odd_but_possible_object_is_judged_by_every_control(manifest: dict[str, Any]) -> None:
    version = manifest["apiVersion"]
    type_ = f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"
    found = verdicts(manifest, type_)
    assert {each.outcome for each in found} <= {Outcome.PASS, Outcome.FAIL}
    assert {each.control.id for each in found} == {each.id for each in OF_PODS if type_ in each.types}


@settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(("kind", "metadata", "spec", "containers")), ANYTHING), ANYTHING, ANYTHING)
def test_an_impossible_object_is_no_crash(whole: dict[str, Any], spec: Any, containers: Any) -> None:
    for manifest in (whole, {**pod(), "spec": spec}, pod(containers=containers), pod(containers=[containers])):
        assert len(verdicts(manifest)) == len(OF_PODS)


@pytest.mark.parametrize("containers", [7, "text", {"a": 1}, [7], [["a"]]])
def test_containers_of_a_wrong_type_never_pass_what_reads_them(containers: Any) -> None:
    found = {each.control.id: each.outcome for each in verdicts(pod(containers=containers))}
    assert found["workload-not-privileged"] in (Outcome.ERROR, Outcome.FAIL)
    assert found["workload-runs-as-non-root"] in (Outcome.ERROR, Outcome.FAIL)


def test_an_object_of_5_megabytes_gets_an_answer() -> None:
    found = verdicts({**pod(containers=[{"name": "a", "image": "a"}]), "data": {"a": "x" * 5_000_000}})
    assert {each.outcome for each in found} == {Outcome.PASS, Outcome.FAIL}


def test_more_iterations_than_the_runtime_allows_are_an_error_and_no_pass() -> None:
    variables = [{"name": f"V{number}", "value": "a"} for number in range(300)]
    many = [{"name": f"c{number}", "image": "a", "env": variables} for number in range(60)]
    found = {each.control.id: each.outcome for each in verdicts(pod(containers=many))}
    assert found["workload-no-credential-in-url"] is Outcome.ERROR
    assert found["workload-runs-as-non-root"] is Outcome.FAIL, "what can be answered is answered"


@pytest.mark.parametrize("levels", [100, 1000])
def test_an_object_of_many_levels_gets_an_answer(levels: int) -> None:
    deep = {**pod(containers=[{"name": "a", "image": "a"}]), "data": nested(levels)}
    found = verdicts(deep)
    assert len(found) == len(OF_PODS)
    assert Outcome.PASS not in {each.outcome for each in found if each.control.id == "workload-runs-as-non-root"}


def test_an_object_that_holds_itself_gets_an_answer() -> None:
    cycle: dict[str, Any] = yaml.safe_load(
        "apiVersion: v1\nkind: Pod\nmetadata: &m {name: odd, labels: *m}\nspec: {}\n"
    )
    assert cycle["metadata"]["labels"] is cycle["metadata"]
    found = verdicts(cycle)
    assert len(found) == len(OF_PODS)
    assert {each.outcome for each in found} == {Outcome.ERROR}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a [*a]", "more than 50 levels"),
        ("a: &a {b: *a}", "more than 50 levels"),
        ("[" * 1000 + "]" * 1000, "more than 50 levels|YAML"),
        ("a: " + "x" * 11_000_000, "larger than 10 MiB"),
    ],
)
def test_a_file_that_grows_without_bound_is_refused(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    with pytest.raises(UserError, match=told):
        yaml_file.read(file, "stacks/waivers.yaml")
