"""Parameters of workload controls: an environment's lists, or safe defaults."""

import pytest

from policies import cel
from policies.catalogue import CONTROLS
from policies.parameters import Parameters
from policies.values import Props


def messages(parameters: Parameters, image: str) -> list[str]:
    controls = {control.id: control for control in cel.load(CONTROLS / "workload", parameters)}
    check = controls["image-registry-allowed"].check
    assert check is not None
    return list(check(Props({"kind": "Pod", "spec": {"containers": [{"name": "app", "image": image}]}})) or ())


def test_an_environment_s_list_takes_the_place_of_the_default() -> None:
    given = Parameters.of({"allowedRegistries": ["a.example.org", "b.example.org/team"]})
    assert messages(given, "b.example.org/team/app:1") == []
    assert messages(given, "registry.k8s.io/pause:3.10") != []
    assert messages(Parameters.of(), "registry.k8s.io/pause:3.10") == []


def test_an_empty_list_allows_nothing() -> None:
    empty = Parameters.of({"allowedRegistries": []})
    assert messages(empty, "registry.k8s.io/pause:3.10") != []
    assert messages(empty, "") != []


def test_what_was_judged_with_one_list_is_judged_again_with_another() -> None:
    assert messages(Parameters.of({"allowedRegistries": ["a.example.org"]}), "a.example.org/x:1") == []
    assert messages(Parameters.of({"allowedRegistries": ["b.example.org"]}), "a.example.org/x:1") != []


@pytest.mark.parametrize(
    ("lists", "problem"), [({"allowedRegistry": []}, "no such parameter"), ({"allowedRegistries": ["a,b"]}, "comma")]
)
def test_a_wrong_parameter_is_refused(lists: dict[str, list[str]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Parameters.of(lists)
