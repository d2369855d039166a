"""Where a verdict is changed, from the names alone."""

from pathlib import Path

import pytest

from components import yaml_file
from policies.model import Outcome, Resource
from preview.places import Place, Places
from tests.preview.verdicts import control, resource, verdict

FILE = """\
# A comment moves the lines.
config:
  secure-clusters:cluster:
    kind: eks
    endpoint:
      access: public
  secure-clusters:tenants:
    - name: shop
      namespaces:
        - name: web
        - name: api
  secure-clusters:platform:
    tls: {}
"""
CLUSTER = resource("c", "secureclusters:aws:Cluster")
TENANT = resource("shop", "secureclusters:tenancy:Tenant")
NAMESPACE = resource("shop-api", "secureclusters:tenancy:TenantNamespace", parent=TENANT.urn)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text(FILE)
    return tmp_path


def lines(root: Path, on: Resource, fix: str = "Do something.", *messages: str) -> list[Place]:
    places = Places((CLUSTER, TENANT, NAMESPACE, on), root)
    return list(places.of(verdict(Outcome.FAIL, control(fix=fix), on, *messages)))


def at(line: int) -> list[Place]:
    return [Place(file="stacks/Pulumi.dev.yaml", line=line)]


@pytest.mark.parametrize(
    ("parent", "fix", "line"),
    [
        (CLUSTER, "Choose cluster.endpoint.access private.", 6),
        (CLUSTER, "Choose cluster.endpoint.publicCidrs.", 5),
        (CLUSTER, "Choose cluster.upgrades.channel.", 3),
        (CLUSTER, "Remove platform.tls.", 3),
        (TENANT, "Do something.", 8),
        (NAMESPACE, "Do something.", 11),
    ],
)
def test_a_resource_leads_to_the_deepest_setting_that_the_fix_names(
    root: Path, parent: Resource, fix: str, line: int
) -> None:
    assert lines(root, resource(parent=parent.urn), fix) == at(line)


def test_a_property_of_a_component_of_ours_is_its_setting(root: Path) -> None:
    assert lines(root, CLUSTER, "Do something.", "endpoint.access must be private") == at(5)


def test_a_resource_that_no_setting_declares_leads_to_the_line_that_made_it(root: Path) -> None:
    assert lines(root, resource(made_at="program/main.py:7")) == [Place(file="program/main.py", line=7)]
    assert lines(root, resource()) == []


@pytest.mark.parametrize("text", ["a: [", "\x00", "config: {secure-clusters:tenants: 3}"])
def test_a_file_that_can_not_be_read_leads_nowhere_and_breaks_nothing(root: Path, text: str) -> None:
    (root / "stacks" / "Pulumi.dev.yaml").write_text(text)
    assert lines(root, resource(parent=TENANT.urn)) == []


def test_aliases_stand_where_they_are_written_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: &a\n  b: 1\nc: *a\n")
    assert yaml_file.lines(file) == {("a",): 1, ("a", "b"): 2, ("c",): 3}
