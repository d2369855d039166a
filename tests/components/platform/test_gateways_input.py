"""What the settings of gateways of the mesh refuse, before anything is created."""

from typing import Any

import pytest

from components import settings
from components.errors import UserError
from components.tenancy import Tenant
from tests.clusters import handle
from tests.components.platform.test_gateways import API, CALLER, GATEWAYS, HOST, TARGET, load
from tests.recording import record


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gateways": None}, "declare apis or hosts, which need gateways"),
        ({"gateways": {}}, "gateways.networks is empty"),
        ({"gateways": {**GATEWAYS, "most": 1}}, "gateways.most is 1, and 2 are declared"),
        ({"platform": {"tls": {}}}, "shop-api: apis need platform.mesh in this stack"),
        ({"apis": [API, {**API, "port": 1}]}, "the API 'orders' stands twice"),
        ({"apis": [API, {**API, "name": "b", "pods": {"tier": "x"}}]}, "may be the same pods at the same port"),
        ({"apis": [{**API, "requests": {"rate": 1}}]}, "greater than or equal to 2"),
        ({"apis": [{**API, "requests": {"rate": 9, "burst": 3}}]}, "burst is below the rate"),
        ({"apis": [{"name": "orders", "pods": {"app": "api"}, "port": 8443}]}, "requests: missing"),
        (
            {"flows": [{"from": CALLER, "to": {"namespace": "api", "pods": "all"}, "ports": [8443]}]},
            "reaches the API 'orders' past its gateway; name the pods as the API does: app=api",
        ),
        (
            {"flows": [{"from": CALLER, "to": {"namespace": "api", "pods": {"tier": "x"}}, "ports": [8443]}]},
            "past its gateway; name the pods",
        ),
        (
            {"flows": [{"from": CALLER, "to": TARGET, "ports": [{"port": 8440, "endPort": 8450}]}]},
            "past its gateway; name its port 8443 alone",
        ),
        ({"hosts": [{**HOST, "host": "*.example.com"}]}, "a wildcard opens every name below it"),
        ({"hosts": [{**HOST, "host": "169.254.169.254"}]}, "an address is no host"),
        ({"hosts": [{**HOST, "host": "2852039166"}]}, "an address is no host"),
        ({"hosts": [{**HOST, "host": "0xa9fea9fe"}]}, "an address is no host"),
        ({"hosts": [{**HOST, "host": "fd00:ec2::254"}]}, "an address is no host"),
        ({"hosts": [{**HOST, "host": "metadata.google.internal"}]}, "hands out machine credentials"),
        ({"hosts": [{**HOST, "host": "orders.shop-api.svc"}]}, "a name inside the cluster"),
        ({"hosts": [{**HOST, "host": "intranet"}]}, "a name inside the cluster"),
        ({"hosts": [{**HOST, "host": "API.example.com"}]}, "use a DNS name in lower case"),
        ({"hosts": [HOST, HOST]}, "stands twice for the service account 'web'"),
        (
            {"hosts": [{**HOST, "pods": {"app": "other"}}]},
            "'web' of 'shop-web' is named for several kinds of pods",
        ),
    ],
)
def test_what_a_gateway_could_not_hold_is_refused_first(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load(**changes)


def test_a_tenant_whose_flows_lead_past_the_gateway_of_its_api_is_refused() -> None:
    (tenant,) = load().tenants

    def program() -> None:
        cluster = handle()
        Tenant(tenant, cluster)

    with pytest.raises(UserError, match="nothing would limit the API 'orders' of shop-api"):
        record(program)


def test_a_stack_of_tenants_alone_declares_no_api_and_no_host() -> None:
    (tenant,) = load().tenants
    given = {"owner": "shop-team", "scope": "tenants", "clusterStack": "o/p/s", "mesh": {"members": ["ingress-nginx"]}}
    told = tenant.model_dump(by_alias=True, mode="json", exclude_none=True)
    with pytest.raises(UserError, match=r"shop-api: apis need platform\.mesh in this stack") as refusal:
        settings.load({**given, "tenants": [told]}, "test")
    assert "shop-web: hosts need platform.mesh in this stack" in str(refusal.value)
