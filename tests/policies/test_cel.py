"""Workload controls: a bad file is told at once, and odd objects get an answer."""

from pathlib import Path

import pytest

from policies import cel
from policies.values import Props

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
