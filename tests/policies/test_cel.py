"""Workload controls: a bad file is told at once, and odd objects get an answer."""

from pathlib import Path

import pytest
from cel_expr_python.cel import NewEnv, Type
from cel_expr_python.ext.ext_optional import ExtOptional
from cel_expr_python.ext.ext_strings import ExtStrings

from policies import cel
from policies.control_file import message_expression, read
from policies.values import UNKNOWN, Props, UnknownRead

GOOD = """\
title: No container is privileged
severity: high
why: It is dangerous.
fix: Remove it.
url: https://example.org
scope: container
path: securityContext.privileged
must: be absent
violates: c.?securityContext.?privileged.orValue(false)
"""


def load(tmp_path: Path, text: str):
    (tmp_path / "workload-x.yaml").write_text(text)
    return list(cel.load(tmp_path))


def messages(tmp_path: Path, props: dict) -> list[str]:
    (control,) = load(tmp_path, GOOD)
    assert control.check is not None
    return list(control.check(Props(props)) or ())


def test_a_control_is_named_after_its_file(tmp_path: Path) -> None:
    (control,) = load(tmp_path, GOOD)
    assert control.id == "workload-x"
    assert control.expression == "!variables.allContainers.exists(c, c.?securityContext.?privileged.orValue(false))"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("title:", "titel:"),
        GOOD.replace("Remove it.", "Remove it"),
        GOOD.replace("orValue(false)", "orValue(false"),
        GOOD.replace("severity: high", "severity: huge"),
        GOOD.replace("scope: container", ""),
        "[",
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"workload-x\.yaml"):
        load(tmp_path, text)


def test_the_message_names_the_containers_of_every_kind(tmp_path: Path) -> None:
    bad = {"securityContext": {"privileged": True}}
    spec = {
        "containers": [{"name": "app"}, {"name": "side", **bad}],
        "initContainers": [{"name": "init", **bad}],
        "ephemeralContainers": [{**bad}],
    }
    assert messages(tmp_path, {"kind": "Pod", "spec": spec}) == [
        "container side, init, ?: securityContext.privileged must be absent"
    ]


@pytest.mark.parametrize(
    "props",
    [
        {"kind": "Pod"},
        {"kind": "Pod", "spec": None},
        {"kind": "Pod", "spec": {"containers": None}},
        {"kind": "Deployment", "spec": {"template": None}},
        {"kind": "CronJob", "spec": {"jobTemplate": {}}},
        {"kind": "Pod", "spec": {"containers": [{"name": "x", "securityContext": None}] * 2000}},
    ],
)
def test_missing_and_null_parents_violate_nothing(tmp_path: Path, props: dict) -> None:
    assert messages(tmp_path, props) == []


@pytest.mark.parametrize("props", [{}, {"kind": "Pod", "spec": "text"}, {"kind": "Pod", "spec": {"containers": 3}}])
def test_an_object_of_the_wrong_shape_is_an_error_and_no_pass(tmp_path: Path, props: dict) -> None:
    with pytest.raises(RuntimeError):
        messages(tmp_path, props)


def test_a_file_whose_name_is_no_id_is_named(tmp_path: Path) -> None:
    (tmp_path / "Workload_x.yaml").write_text(GOOD)
    with pytest.raises(ValueError, match=r"Workload_x\.yaml:1: a control's id is its file's name"):
        list(cel.load(tmp_path))


BROKEN = GOOD.replace("c.?securityContext.?privileged.orValue(false)", "c.image.startsWith('x')")
MANY = [{"name": f"c{index}", "image": "a"} for index in range(9_000)]


@pytest.mark.parametrize("containers", [[{"name": "app"}], MANY])
def test_a_rule_that_breaks_leaves_the_other_rules_alone(tmp_path: Path, containers: list) -> None:
    # In both cases the evaluation of all rules at once breaks: by the rule, or by its 10,000 iterations.
    (tmp_path / "workload-broken.yaml").write_text(BROKEN)
    load(tmp_path, GOOD)
    checks = {control.id: control.check for control in cel.load(tmp_path) if control.check}
    props = Props(
        {"kind": "Pod", "spec": {"containers": [*containers, {"name": "bad", "securityContext": {"privileged": True}}]}}
    )
    assert len(list(checks["workload-x"](props) or ())) == 1
    with pytest.raises(RuntimeError):
        list(checks["workload-broken"](props) or ())


def test_an_unknown_value_spoils_only_the_rules_that_read_it(tmp_path: Path) -> None:
    text = GOOD.replace("scope: container", "scope: pod").replace("c.?securityContext", "variables.podSpec.?a")
    (tmp_path / "workload-pod.yaml").write_text(text)
    load(tmp_path, GOOD)
    checks = {control.id: control.check for control in cel.load(tmp_path) if control.check}
    props = Props({"kind": "Pod", "spec": {"containers": UNKNOWN, "a": {"privileged": True}}})
    assert len(list(checks["workload-pod"](props) or ())) == 1
    with pytest.raises(UnknownRead):
        list(checks["workload-x"](props) or ())


def test_the_message_is_that_of_the_admission_policy(tmp_path: Path) -> None:
    spec = {"containers": [{"name": "é", "securityContext": {"privileged": True}}, {"name": "good"}]}
    load(tmp_path, GOOD)
    environment = NewEnv(variables={"variables": Type.DYN}, extensions=[ExtOptional(), ExtStrings(2)])
    compiled = environment.compile(message_expression(read(tmp_path / "workload-x.yaml")))
    admission = compiled.eval(environment.Activation({"variables": {"allContainers": spec["containers"]}}))
    assert messages(tmp_path, {"kind": "Pod", "spec": spec}) == [admission.plain_value()]
