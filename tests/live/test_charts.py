"""The real charts by the real Helm: what is inside passes our controls but for what an operator needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components import settings
from components.environment import deploy
from components.platform import chart_cache, versions
from local import charts
from local.tools import Toolbox
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from tests.recording import record

pytestmark = pytest.mark.live

STACK = {
    "owner": "platform-team",
    "cluster": {"kind": "existing", "identifier": "site-a", "networkPolicyEngine": "calico"},
    "kubeconfig": {"from": "file", "path": "x"},
    "admission": {"deployers": {"groups": ["deployers"]}},
    "platform": {"apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]}, "tls": {}},
}
CHARTS = ["cert-manager"]
NEEDED = {
    # The CA injector puts the webhooks' CA into them, and reads it from a Secret that the webhook makes.
    ("rbac-no-admission-changes", "ClusterRole::cert-manager-cert-manager-cainjector"),
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-cainjector"),
    # A certificate's key is a Secret in the namespace of whoever asked for it.
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-controller-certificates"),
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-controller-clusterissuers"),
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-controller-issuers"),
}
"""What mandatory controls refuse and cert-manager can't do without: each has a waiver where it is switched on."""


@pytest.fixture(scope="module")
def resources(tools: Toolbox) -> Iterator[list[Resource]]:
    charts.provide(tools, CHARTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        yield list(record(lambda: deploy(settings.load(STACK, "test")) and None).values())


def test_every_chart_with_a_known_sum_is_in_the_cache_and_is_what_its_pin_says(resources: list[Resource]) -> None:
    del resources
    for name in CHARTS:
        sums = versions.charts()[name].sums
        assert (chart_cache.archive(sums) is not None) == bool(sums), name


def test_mandatory_controls_refuse_exactly_what_an_operator_needs(resources: list[Resource]) -> None:
    report = evaluate(resources, (), clock.today(), all_controls(Parameters.of({"allowedRegistries": ["quay.io"]})))
    refused = {
        (each.control.id, each.resource.key.rpartition(":")[0].rpartition(":")[0].rpartition(":")[2], each.resource)
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }
    assert {(control, f"{kind}::{resource.name}") for control, kind, resource in refused} == NEEDED


def test_no_rendered_manifest_lies_in_the_repository(resources: list[Resource]) -> None:
    root = Path(__file__).parents[2]
    assert resources
    assert not list(root.glob("components/platform/**/*.tgz"))
    assert not chart_cache.folder().is_relative_to(root)
