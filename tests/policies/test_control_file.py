"""The format of a workload control: what is wrong is told with file and line, and what follows from a file."""

from pathlib import Path

import pytest

from policies import control_file
from policies.control_file import ControlFile, expression, message_expression, read

GOOD = """\
title: No container is privileged
severity: high
why: It is dangerous.
fix: Remove it.
url: https://example.org
scope: container
path: securityContext.privileged
must: be absent
violates: c.?x.orValue(false)
"""
KINDS = 'kinds: [{group: "", version: v1, kind: Service, resource: services}]\n'


def content(tmp_path: Path, text: str) -> ControlFile:
    file = tmp_path / "service-x.yaml"
    file.write_text(text)
    return read(file)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("severity: high", "severity: huge"), r"service-x\.yaml:2: severity: "),
        (GOOD.replace("Remove it.", "Remove it"), r"service-x\.yaml:4: fix: "),
        (GOOD + "severty: low\n", r"service-x\.yaml:10: severty: "),
        (GOOD + "title: Another one\n", r"service-x\.yaml:10: title is given twice"),
        (GOOD + "params: [allowedRegistries]\n", r"service-x\.yaml:10: params: lists \['allowedRegistries'\], but"),
        (GOOD.replace("c.?x", "params.data.nothing"), r"params: lists \[\], but the expression reads \['nothing'\]"),
        (
            GOOD.replace("c.?x", "params.data.other") + "params: [other]\n",
            r":10: params: \['other'\] is not in policies/controls/workload",
        ),
        (GOOD + KINDS, r"service-x\.yaml:10: kinds: list them with scope object, and only with it"),
        (GOOD.replace("container", "object"), r"service-x\.yaml:1: kinds: list them with scope object"),
        (GOOD.replace("title: No container is privileged\n", ""), r"service-x\.yaml:1: title: Field required"),
        (GOOD + "changed: [{before: 1, violates: x}]\n", r"service-x\.yaml:10: changed\.0\.before: "),
        ("a: [", r"service-x\.yaml:\d: .* line \d"),
        ("- a", r"service-x\.yaml:1: "),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        content(tmp_path, text)


def test_changes_are_listed_from_old_to_new(tmp_path: Path) -> None:
    changes = 'changed: [{before: "1.36", violates: x}, {before: "1.35", violates: y}]\n'
    with pytest.raises(ValueError, match="put the oldest change first"):
        content(tmp_path, GOOD + changes)


def test_a_minor_is_judged_by_what_held_in_it(tmp_path: Path) -> None:
    changes = 'changed: [{before: "1.9", violates: oldest}, {before: "1.35", violates: older}]\n'
    control = content(tmp_path, GOOD + changes)
    judged = {minor: control.violation(minor) for minor in ("1.8", "1.9", "1.34", "1.35", "1.40")}
    assert judged == {
        "1.8": "oldest",
        "1.9": "older",
        "1.34": "older",
        "1.35": "c.?x.orValue(false)",
        "1.40": "c.?x.orValue(false)",
    }
    assert control.violation() == "c.?x.orValue(false)"


def test_the_admission_expression_follows_from_the_scope(tmp_path: Path) -> None:
    assert expression(content(tmp_path, GOOD)) == "!variables.allContainers.exists(c, c.?x.orValue(false))"
    assert expression(content(tmp_path, GOOD.replace("container\n", "pod\n"))) == "!(c.?x.orValue(false))"


def test_the_admission_message_names_the_containers_or_is_plain(tmp_path: Path) -> None:
    assert message_expression(content(tmp_path, GOOD)) == (
        "'container ' + variables.allContainers.filter(c, c.?x.orValue(false)).map(c, c.?name.orValue('?'))"
        ".join(', ') + \": securityContext.privileged must be absent\""
    )
    quoted = GOOD.replace("container\n", "pod\n").replace("be absent", """be '"a"'""")
    assert message_expression(content(tmp_path, quoted)) == r'"securityContext.privileged must be ' "'" r"\"a\"" "'" '"'


def test_a_kind_knows_its_type_token() -> None:
    service = control_file.Kind(group="", version="v1", kind="Service", resource="services")
    ingress = control_file.Kind(group="networking.k8s.io", version="v1", kind="Ingress", resource="ingresses")
    assert (service.type, ingress.type) == ("kubernetes:core/v1:Service", "kubernetes:networking.k8s.io/v1:Ingress")
