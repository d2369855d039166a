"""No weakening of what a gateway of the mesh holds escapes the controls."""

from collections.abc import Callable
from typing import Any

import pytest

from components.environment import deploy
from policies.model import Resource
from tests.components.platform.test_gateways import GATEWAY, load, refused
from tests.recording import record
from tests.weakenings import each_weakened


def _bucket(envoy_filter: dict[str, Any]) -> dict[str, Any]:
    (patch,) = envoy_filter["spec"]["configPatches"]
    return patch["patch"]["value"]["typed_config"]


WEAKENINGS: dict[str, tuple[str, str, Callable[[dict[str, Any]], Any]]] = {
    "a limit for no gateway": ("EnvoyFilter", "mesh-api-limited", lambda o: o["spec"].pop("targetRefs")),
    "a limit that is not enforced": (
        "EnvoyFilter",
        "mesh-api-limited",
        lambda o: _bucket(o)["filter_enforced"]["default_value"].update(numerator=0),
    ),
    "a limit that is off": ("EnvoyFilter", "mesh-api-limited", lambda o: _bucket(o).pop("filter_enabled")),
    "a limit of nothing": ("EnvoyFilter", "mesh-api-limited", lambda o: _bucket(o).pop("token_bucket")),
    "a gateway without its authorization": (
        "EnvoyFilter",
        "mesh-envoy-filter-only-limits",
        lambda o: o["spec"]["configPatches"].append({"applyTo": "HTTP_FILTER", "patch": {"operation": "REMOVE"}}),
    ),
    "another filter in a limit's place": (
        "EnvoyFilter",
        "mesh-envoy-filter-only-limits",
        lambda o: _bucket(o).update({"@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"}),
    ),
    "another name of the Service": (
        "Service",
        "mesh-api-limited",
        lambda o: o["metadata"].update(name="b") if o["metadata"]["name"] == "orders" else None,
    ),
    "callers for all": (
        "AuthorizationPolicy",
        "mesh-authorization-names-callers",
        lambda o: [rule.pop("from") for rule in o["spec"]["rules"] if "targetRefs" in o["spec"]],
    ),
    "a gateway that takes everybody": (
        "AuthorizationPolicy",
        "mesh-gateway-denies",
        lambda o: o["spec"].update(action="DENY") if o["metadata"]["name"].endswith("-deny-all") else None,
    ),
    "an address of the caller's choice": (
        "ServiceEntry",
        "mesh-service-entry-resolved",
        lambda o: o["spec"].update(resolution="NONE"),
    ),
    "every host": ("ServiceEntry", "mesh-service-entry-named-hosts", lambda o: o["spec"].update(hosts=["*.com"])),
    "plain text at a gateway": (
        "Gateway",
        "gateway-tls",
        lambda o: o["spec"]["listeners"][0].update(protocol="HTTP"),
    ),
}


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What a stack registers on a machine that has no chart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
        declared = load()
        return list(record(lambda: deploy(declared) and None).values())


@pytest.mark.parametrize("weakening", WEAKENINGS)
def test_no_weakening_of_what_a_gateway_holds_escapes(resources: list[Resource], weakening: str) -> None:
    kind, control, weaken = WEAKENINGS[weakening]

    def concerns(each: Resource) -> bool:
        about = kind == "AuthorizationPolicy" or GATEWAY in str(each.props.plain)
        return each.type.endswith(f":{kind}") and about

    found = list(each_weakened(resources, concerns, weaken))
    assert found
    for weakened in found:
        assert control in {each for each, _ in refused(weakened)}
