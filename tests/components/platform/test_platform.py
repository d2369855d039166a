"""The platform's services: their namespaces, the settings that switch them on, and the pins of their charts."""

from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import versions
from tests.recording import record

SERVER = {"networks": [{"cidr": "10.0.0.0/28"}]}


def load(**changes: Any) -> settings.StackSettings:
    given: dict[str, Any] = {
        "owner": "platform-team",
        "cluster": {"kind": "existing", "identifier": "site-a", "networkPolicyEngine": "calico"},
        "kubeconfig": {"from": "file", "path": "x"},
        "platform": {"apiServer": SERVER, "tls": {}},
    }
    return settings.load({**given, **changes}, "stacks/Pulumi.test.yaml")


def test_a_service_is_on_where_it_is_named() -> None:
    platform = load().platform
    assert platform is not None
    assert list(platform.services) == ["tls"]
    assert platform.charts == ("cert-manager", "trust-manager")


def test_a_platform_without_a_service_is_refused() -> None:
    with pytest.raises(UserError, match="platform names no service"):
        load(platform={"apiServer": SERVER})


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ({"networks": []}, "apiServer.networks: needs at least 1 entry"),
        ({**SERVER, "port": 70000}, "apiServer.port: 70000: allowed: less than or equal to 65535"),
        ({**SERVER, "port": True}, "apiServer.port: True: allowed: a valid integer"),
    ],
)
def test_an_api_server_that_no_operator_would_reach_is_refused(server: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        load(platform={"apiServer": server, "tls": {}})


def test_no_tenant_takes_the_platforms_name() -> None:
    tenant = {"name": "platform", "owner": "somebody", "namespaces": [{"name": "x"}]}
    with pytest.raises(UserError, match="'platform' belongs to the platform's services"):
        load(tenants=[tenant])


def test_a_tenants_stack_has_no_platform_services() -> None:
    tenant = {"name": "shop", "owner": "somebody", "namespaces": [{"name": "x"}]}
    with pytest.raises(UserError, match="platform is not allowed where scope is tenants"):
        load(scope="tenants", clusterStack="o/p/s", cluster=None, kubeconfig=None, tenants=[tenant])


def test_every_pin_says_when_and_where_it_was_read() -> None:
    for name, pin in versions.charts().items():
        assert pin.read.year >= 2026, name
        assert len(pin.source) > 20, name


def test_services_that_reach_the_same_addresses_declare_the_flow_once() -> None:
    reached = [{"cidr": "10.0.0.0/28"}]
    trust = {"images": ["registry.example/shop/**"], "signers": [{"kms": "awskms:///alias/shop"}]}
    given = {
        "apiServer": {"networks": reached},
        "scanning": {"registries": reached},
        "imageTrust": {"registries": reached, "tenants": {"shop": trust}},
    }
    declared = load(platform=given)

    def program() -> None:
        deploy(declared)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
        found = record(program)
    assert any(key.startswith("kubernetes:networking.k8s.io/v1:NetworkPolicy::platform-scanning") for key in found)
