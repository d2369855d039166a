"""What gateways of the mesh are made of, on the real API server: definitions, policies and limits.

No Envoy runs here, so what is shown is that everything is taken, and that what no gateway could hold is refused.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.dynamic.exceptions import DynamicApiError

from components.environment import deploy
from local import charts
from local.tools import Toolbox
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from tests.components.platform import test_gateways
from tests.live.definitions import defined
from tests.live.test_mesh import NEEDED, charts_of, send
from tests.recording import record

pytestmark = pytest.mark.live

GROUPS = ("networking.istio.io", "security.istio.io", "gateway.networking.k8s.io")
GATEWAY = test_gateways.GATEWAY


@pytest.fixture(scope="module")
def resources(tools: Toolbox) -> Iterator[list[Resource]]:
    settings = test_gateways.load()
    charts.provide(tools, charts_of(settings))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)

        def program() -> None:
            deploy(settings)

        yield list(record(program).values())


def test_mandatory_controls_refuse_nothing_of_gateways_that_the_mesh_does_not_need(resources: list[Resource]) -> None:
    report = evaluate(resources, (), clock.today(), all_controls(Parameters.of(test_gateways.PARAMETERS)))
    refused = {
        (each.control.id, each.resource.name)
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }
    assert refused == NEEDED


@pytest.fixture(scope="module")
def kinds_there(resources: list[Resource], cluster: Any) -> Iterator[None]:
    """The definitions of Istio and of the Gateway API, and the namespaces."""
    labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
    with defined(cluster, resources, ["platform-mesh", GATEWAY, "shop-web", "shop-api"], labels):
        yield


def test_the_api_server_takes_gateways_limits_and_hosts_and_refuses_what_is_none(
    resources: list[Resource], cluster: Any, kinds_there: None
) -> None:
    found = [dict(each.props.plain) for each in resources if any(f":{group}/" in each.type for group in GROUPS)]
    for each in found:
        assert send(cluster, each)["spec"] == each["spec"]
    kinds = {each["kind"] for each in found}
    assert {"AuthorizationPolicy", "EnvoyFilter", "Gateway", "ServiceEntry"} <= kinds

    (limit,) = [each for each in found if each["kind"] == "EnvoyFilter"]
    both = {**limit["spec"], "workloadSelector": {"labels": {"a": "b"}}}
    entry = next(each for each in found if each["kind"] == "ServiceEntry")
    gateway = next(each for each in found if each["kind"] == "Gateway")
    for wrong, spec in (
        (limit, both),
        (entry, {**entry["spec"], "resolution": "SOMEHOW"}),
        (gateway, {**gateway["spec"], "addresses": [{"type": "Hostname", "value": "no host"}]}),
    ):
        with pytest.raises(DynamicApiError):
            send(cluster, {**wrong, "metadata": {**wrong["metadata"], "name": "wrong"}, "spec": spec})


def test_the_pods_of_a_gateway_are_admitted_where_pod_security_is_restricted(
    resources: list[Resource], cluster: Any, kinds_there: None
) -> None:
    deployments = [each.props.plain for each in resources if each.type.endswith(":Deployment")]
    (proxy, *_) = [each for each in deployments if each["metadata"]["namespace"] == GATEWAY]
    account = {"metadata": {"name": proxy["spec"]["template"]["spec"]["serviceAccountName"]}}
    cluster.core.create_namespaced_service_account(GATEWAY, account)
    template = proxy["spec"]["template"]
    pod = {"metadata": {**template["metadata"], "name": "proxy"}, "spec": template["spec"]}
    made = cluster.core.create_namespaced_pod(GATEWAY, pod)
    assert made.spec.automount_service_account_token is False
    root = {**template["spec"]["containers"][0], "securityContext": {"runAsUser": 0}}
    with pytest.raises(client.ApiException, match="violates PodSecurity"):
        cluster.core.create_namespaced_pod(
            GATEWAY, {"metadata": {"name": "root"}, "spec": {**template["spec"], "containers": [root]}}
        )
