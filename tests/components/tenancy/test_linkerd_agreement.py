"""Flows are written once and become both layers in a Linkerd mesh as well, which agree on random tenants.

The random tenants, and what their flows say word by word, are those of Istio's test; what Linkerd's policies mean, a
model of its own tells (`tests/linkerd.py`).
"""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given

from components.dataplane import LINKERD_INBOUND_PORT, Dataplane
from components.mesh import Mesh
from components.tenancy import TenantArgs, server_policy
from components.tenancy.intent import Flow
from policies.model import Resource
from preview import reachability
from preview.reachability.model import Difference
from tests import linkerd
from tests.components.tenancy import test_mesh_agreement as flows
from tests.mesh import Workload

KNOWN = Mesh(dataplane=Dataplane.LINKERD, members=tuple(flows.NAMESPACES))
CONTROL_PLANE = Workload("platform-mesh", (("linkerd.io/control-plane-component", "destination"),), "none")


def recorded(declared: Sequence[TenantArgs]) -> list[Resource]:
    return flows.recorded(declared, KNOWN)


class Layers(flows.Layers):
    """What each layer says, and what both let pass: NetworkPolicies see the port of the proxy, and no other."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        super().__init__(resources, KNOWN)
        self._objects = [each.props.plain for each in resources if ":policy.linkerd.io/" in each.type]
        made = [each.props.plain["metadata"] for each in resources if each.type.endswith(":Namespace")]
        self._namespaces = linkerd.Namespaces({each["name"]: each["annotations"] for each in made})

    def identity(self, source: Workload, target: Workload, port: int) -> bool:
        return linkerd.allows(self._objects, self._namespaces, source, target, port)

    def both(self, source: Workload, target: Workload, port: int) -> bool:
        return self.address(source, target, LINKERD_INBOUND_PORT) and self.identity(source, target, port)


@flows.RANDOM
@given(flows.tenants())
def test_both_layers_let_pass_exactly_what_the_flows_say(declared: list[TenantArgs]) -> None:
    assert flows.problems(declared) == []
    layers, words = Layers(recorded(declared)), flows.Words(declared, KNOWN)
    for source, target in itertools.product([*flows.HONEST, *flows.BARE], flows.HONEST):
        for port in flows.PORTS:
            assert layers.both(source, target, port) == words.allowed(source, target, port), (source, target, port)


@flows.RANDOM
@given(flows.tenants())
def test_neither_borrowed_labels_nor_a_stolen_account_open_more_than_the_other_lets_pass(
    declared: list[TenantArgs],
) -> None:
    layers = Layers(recorded(declared))
    for (impostor, (labelled, holder)), target in itertools.product(flows.IMPOSTORS.items(), flows.HONEST):
        for port in flows.PORTS:
            both = layers.address(labelled, target, LINKERD_INBOUND_PORT) and layers.identity(holder, target, port)
            assert layers.both(impostor, target, port) == both, (impostor, target, port)


@flows.RANDOM
@given(flows.tenants())
def test_a_caller_outside_the_mesh_and_a_port_of_no_flow_are_refused(declared: list[TenantArgs]) -> None:
    layers = Layers(recorded(declared))
    outside = Workload("elsewhere", flows.HONEST[0].labels, flows.HONEST[0].account)
    for target in flows.HONEST:
        assert not any(layers.identity(outside, target, port) for port in flows.PORTS)
        assert not any(layers.identity(source, target, 7777) for source in flows.HONEST)


@flows.RANDOM
@given(flows.tenants())
def test_the_preview_is_surprised_by_nothing_that_the_mesh_opens(declared: list[TenantArgs]) -> None:
    resources = [*recorded(declared), flows.deployment(CONTROL_PLANE)]
    # A flow that only one of two tenants declares is not open, and the preview says so, with mesh and without.
    assert {each.difference for each in reachability.of(resources).surprises} <= {
        Difference.NOT_OPEN,
        Difference.NO_POD,
    }


def policies(*targets: dict[str, str], port: int = 8443) -> list[server_policy.Policy]:
    """What a namespace has that lets one account reach pods with each of these labels."""
    declared = [
        Flow.model_validate(
            {
                "from": {"namespace": "web", "pods": {"app": "web"}, "serviceAccount": "web"},
                "to": {"namespace": "api", "pods": labels or "all"},
                "ports": [port],
            }
        )
        for labels in targets
    ]
    return server_policy.for_namespace("shop", "api", declared, Mesh(dataplane=Dataplane.LINKERD))


def selectors(found: Sequence[server_policy.Policy]) -> list[dict[str, object]]:
    return [dict(each.spec["podSelector"]) for each in found if each.kind == server_policy.SERVER]


def test_pods_that_two_flows_share_are_a_server_of_their_own() -> None:
    found = selectors(policies({"app": "a"}, {"tier": "x"}))
    assert found == [
        {"matchLabels": {"app": "a", "tier": "x"}},
        {"matchLabels": {"app": "a"}, "matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x"]}]},
        {"matchLabels": {"tier": "x"}, "matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]},
    ]


def test_labels_that_exclude_each_other_need_no_exception() -> None:
    found = selectors(policies({"app": "a"}, {"app": "b"}))
    assert found == [{"matchLabels": {"app": "a"}}, {"matchLabels": {"app": "b"}}]


def test_a_flow_to_all_pods_is_one_server_without_a_selector() -> None:
    assert selectors(policies({})) == [{}]


@pytest.mark.parametrize(("port", "protocol"), [(5432, "opaque"), (8443, "unknown")])
def test_a_server_speaks_the_protocol_that_linkerd_takes_its_port_for(port: int, protocol: str) -> None:
    (server,) = [each for each in policies({}, port=port) if each.kind == server_policy.SERVER]
    assert server.spec["proxyProtocol"] == protocol
