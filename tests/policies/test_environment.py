"""What a stack's file says to the controls, and to an audit of its cluster."""

from pathlib import Path

import pytest

from components.errors import UserError
from policies.control_file import NEWEST
from policies.environment import environment_of

CLUSTER = """\
config:
  secure-clusters:owner: platform-team
  secure-clusters:scope: cluster
  secure-clusters:cluster: {kind: existing, identifier: x, networkPolicyEngine: calico}
  secure-clusters:kubeconfig: {from: secret, content: {secure: v1:abc}}
  secure-clusters:admission:
    deployers: {groups: [deployers]}
    kubernetes: "1.35"
    parameters: {allowedRegistries: [registry.example]}
"""
TENANTS = """\
config:
  secure-clusters:owner: shop-team
  secure-clusters:scope: tenants
  secure-clusters:clusterStack: organization/secure-clusters/site
  secure-clusters:tenants: []
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    (stacks / "Pulumi.site.yaml").write_text(CLUSTER)
    (stacks / "Pulumi.shop.yaml").write_text(TENANTS)
    (stacks / "Pulumi.wrong.yaml").write_text(CLUSTER.replace("owner", "ownr"))
    return tmp_path


@pytest.mark.parametrize("stack", ["site", "shop"])
def test_a_stack_and_the_tenants_that_refer_to_it_say_the_same(root: Path, stack: str) -> None:
    told = environment_of(stack, root)
    assert dict(told.lists) == {"allowedRegistries": ("registry.example",)}
    assert told.minor == "1.35"


def test_a_stack_without_a_minor_is_judged_as_of_the_newest(root: Path) -> None:
    file = root / "stacks" / "Pulumi.site.yaml"
    file.write_text(file.read_text().replace('    kubernetes: "1.35"\n', ""))
    assert environment_of("site", root).minor == NEWEST


def test_a_stack_that_is_not_there_or_wrong_is_refused(root: Path) -> None:
    with pytest.raises(UserError, match="there is no stack 'nothing'; there are shop, site, wrong"):
        environment_of("nothing", root)
    with pytest.raises(UserError, match="secure-clusters:ownr: unknown key"):
        environment_of("wrong", root)
