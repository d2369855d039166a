"""A flow to an API is written once and becomes four layers: NetworkPolicies and AuthorizationPolicies, on both sides
of its gateway. They agree on random tenants, as `test_mesh_agreement.py` has it for flows past every gateway.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.dataplane import TUNNEL_PORT
from components.mesh import Mesh
from components.platform import gateways
from components.platform.gateways import Gateways
from components.tenancy import Tenant, TenantArgs, gateway
from components.tenancy.gateway import FULL_NAMESPACE, GATEWAY_LABEL
from policies.model import Resource
from tests import mesh
from tests.clusters import handle
from tests.components.tenancy.test_mesh_agreement import (
    BARE,
    HONEST,
    IMPOSTORS,
    NAMESPACES,
    PORTS,
    RANDOM,
    SPACES,
    WORKLOADS,
    Layers,
    deployment,
    flows,
    problems,
    workload,
)
from tests.mesh import Workload
from tests.policies.fixtures import resource
from tests.recording import record

API_PORT = 9000
API = {"name": "orders", "pods": {"app": "b"}, "port": API_PORT, "requests": {"rate": 10}}
"""In every namespace."""
KNOWN = Mesh(members=(*NAMESPACES, FULL_NAMESPACE))
GATEWAY_PODS = [workload(FULL_NAMESPACE, {GATEWAY_LABEL: name}, name) for name in NAMESPACES]
BEHIND = [each for each in HONEST if dict(each.labels) == API["pods"]]


def to_the_api(flow: dict[str, Any]) -> dict[str, Any]:
    """Return a flow that ends at the API of its target's namespace, and maybe at other ports of its pods."""
    return {**flow, "to": {**flow["to"], "pods": API["pods"]}, "ports": [API_PORT, *flow["ports"]][:2]}


def says_how(flow: dict[str, Any]) -> bool:
    """Return whether a flow either is past the API, or names exactly its pods."""
    return API_PORT not in flow["ports"] or flow["to"]["pods"] in (API["pods"], {"app": "a"})


@st.composite
def tenants(draw: st.DrawFn) -> list[TenantArgs]:
    return [
        TenantArgs.model_validate(
            {
                "name": name,
                "owner": f"{name}-team",
                "namespaces": [{"name": each, "apis": [API]} for each in spaces],
                "allow": draw(st.lists(some | some.map(to_the_api), max_size=8, unique_by=str)),
            }
        )
        for name, spaces in SPACES.items()
        for some in [flows(name).filter(says_how)]
    ]


def recorded(declared: Sequence[TenantArgs]) -> list[Resource]:
    """What the tenants and the gateways register, and a Deployment for each workload."""

    def program() -> None:
        cluster = handle()
        made = Gateways()
        own = TenantArgs(
            name="platform",
            owner="platform-team",
            namespaces=(made.namespace(),),
            allow=gateway.flows_of_gateways(declared),
        )
        Tenant(own, cluster)
        for each in gateway.routed(declared):
            Tenant(each, dataclasses.replace(cluster, mesh=KNOWN))

    objects = [
        *Gateways().objects(declared, control_plane="platform-mesh", mesh=KNOWN),
        *(each for door in gateway.doors(declared) for each in gateways.of_api(door, declared, KNOWN)),
    ]
    policies = [
        resource("kubernetes:security.istio.io/v1:AuthorizationPolicy", each["metadata"]["name"], each)
        for each in objects
        if each["kind"] == "AuthorizationPolicy"
    ]
    return [*record(program).values(), *policies, *(deployment(each) for each in [*WORKLOADS, *GATEWAY_PODS])]


class Ways:
    """The two ways to pods: past every gateway, and through that of their namespace."""

    def __init__(self, declared: Sequence[TenantArgs]) -> None:
        resources = recorded(declared)
        self._layers = Layers(resources)
        self._policies = [each.props.plain for each in resources if each.type.endswith(":AuthorizationPolicy")]

    def past(self, source: Workload, target: Workload, port: int) -> bool:
        return self._layers.both(source, target, port)

    def through(self, source: Workload, target: Workload) -> bool:
        return self.to_gateway(source, target) and self.at_gateway(source, target) and self.from_gateway(target)

    def to_gateway(self, source: Workload, target: Workload) -> bool:
        return self._layers.address(source, gateway_of(target), TUNNEL_PORT)

    def at_gateway(self, source: Workload, target: Workload) -> bool:
        behind = (target.namespace, API["name"])
        return mesh.allows_at_gateway(self._policies, source, (FULL_NAMESPACE, target.namespace), behind, API_PORT)

    def is_let_in(self, source: Workload, target: Workload) -> bool:
        """By identity alone, whatever the network says."""
        return self._layers.identity(source, target, API_PORT)

    def from_gateway(self, target: Workload) -> bool:
        return self._layers.both(gateway_of(target), target, API_PORT)


def gateway_of(target: Workload) -> Workload:
    return GATEWAY_PODS[NAMESPACES.index(target.namespace)]


class Words:
    """What the flows say of an API, read here word by word: who may call it, and what goes past it."""

    def __init__(self, declared: Sequence[TenantArgs]) -> None:
        self._flows = [
            (each.name, flow)
            for each in declared
            for flow in each.model_dump(mode="json", by_alias=True, exclude_none=True)["allow"]
        ]

    def through(self, source: Workload, target: Workload) -> bool:
        """The accepting tenant names this identity for the API, the calling one these labels."""
        callers, accepters = (each.namespace.split("-")[0] for each in (source, target))
        return any(
            tenant == accepters
            and self._is_to_api(tenant, flow, target)
            and self._is_from(tenant, flow, source, account=True)
            for tenant, flow in self._flows
        ) and any(
            tenant == callers
            and self._is_to_api(tenant, flow, target)
            and self._is_from(tenant, flow, source, account=False)
            for tenant, flow in self._flows
        )

    def _is_to_api(self, tenant: str, flow: dict[str, Any], target: Workload) -> bool:
        ports = [each["port"] for each in flow["ports"] if each["protocol"] == "TCP"]
        return (
            name_of(tenant, flow["to"]) == target.namespace and flow["to"]["pods"] == API["pods"] and API_PORT in ports
        )

    @staticmethod
    def _is_from(tenant: str, flow: dict[str, Any], source: Workload, *, account: bool) -> bool:
        end = flow["from"]
        wanted = {} if end["pods"] == "all" else end["pods"]
        return (
            name_of(tenant, end) == source.namespace
            and wanted.items() <= dict(source.labels).items()
            and (not account or end.get("serviceAccount") in (None, source.account))
        )


def name_of(tenant: str, end: dict[str, Any]) -> str:
    return end.get("clusterNamespace") or f"{tenant}-{end['namespace']}"


@RANDOM
@given(tenants())
def test_all_four_layers_let_an_apis_callers_through_its_gateway_and_nobody_else(declared: list[TenantArgs]) -> None:
    assert problems(declared) == []
    assert list(gateway.problems(declared)) == []
    ways, words = Ways(declared), Words(declared)
    for source, target in itertools.product([*HONEST, *BARE], BEHIND):
        assert ways.through(source, target) == words.through(source, target), (source, target)


@RANDOM
@given(tenants())
def test_nobody_reaches_an_api_past_its_gateway(declared: list[TenantArgs]) -> None:
    ways = Ways(declared)
    for source, target in itertools.product(WORKLOADS, BEHIND):
        assert not ways.past(source, target, API_PORT), (source, target)
    for other, target in itertools.product(GATEWAY_PODS, BEHIND):
        assert other == gateway_of(target) or not ways.is_let_in(other, target), (other, target)


@RANDOM
@given(tenants())
def test_ports_that_are_no_apis_are_as_open_as_without_one(declared: list[TenantArgs]) -> None:
    plain = [
        each.model_copy(
            update={"namespaces": tuple(space.model_copy(update={"apis": ()}) for space in each.namespaces)}
        )
        for each in declared
    ]
    ways, without = Ways(declared), Ways(plain)
    for source, target in itertools.product([*HONEST, *BARE], HONEST):
        for port in PORTS:
            if (port, target in BEHIND) == (API_PORT, True):
                continue
            # A caller whose only flow to these pods is to their API has no way past the gateway any more.
            assert not ways.past(source, target, port) or without.past(source, target, port), (source, target, port)
            if without.past(source, target, port) and target not in BEHIND:
                assert ways.past(source, target, port), (source, target, port)


@RANDOM
@given(tenants())
def test_a_gateway_is_no_way_around_borrowed_labels_or_a_stolen_account(declared: list[TenantArgs]) -> None:
    ways = Ways(declared)
    for (impostor, (labelled, holder)), target in itertools.product(IMPOSTORS.items(), BEHIND):
        both = ways.to_gateway(labelled, target) and ways.at_gateway(holder, target) and ways.from_gateway(target)
        assert ways.through(impostor, target) == both, (impostor, target)
