"""Flows are written once and become both layers: NetworkPolicies and AuthorizationPolicies agree on random tenants.

What the NetworkPolicies mean is told by `preview.reachability`, which is held against the official semantics elsewhere;
what the AuthorizationPolicies mean, by a model of its own (`tests/mesh.py`); what is declared, by neither.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from components.dataplane import Dataplane
from components.mesh import Mesh
from components.tenancy import Tenant, TenantArgs, authorization_policy
from policies.model import Resource
from preview import reachability
from preview.reachability.model import Difference
from tests import mesh
from tests.clusters import handle
from tests.mesh import Workload
from tests.policies.fixtures import resource
from tests.recording import record

PORTS = (80, 8080, 8081, 9000)
SPACES = {"shop": ("web", "api"), "bank": ("core",)}
LABELS = ({"app": "a"}, {"app": "b"}, {"app": "a", "tier": "x"})
TARGETS = st.sampled_from(["all", {"app": "a"}, {"app": "b"}, {"tier": "x"}])

RANDOM = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
"""Every example runs a program; the same ones each time."""


def account_of(labels: dict[str, str]) -> str:
    return "-".join(labels.values())


def workload(namespace: str, labels: dict[str, str], account: str) -> Workload:
    return Workload(namespace, tuple(sorted(labels.items())), account)


NAMESPACES = [f"{tenant}-{space}" for tenant, spaces in SPACES.items() for space in spaces]
HONEST = [workload(name, labels, account_of(labels)) for name in NAMESPACES for labels in LABELS]
"""They run as the account that flows name for their labels."""
BARE = [workload(name, {"is": "bare"}, "none") for name in NAMESPACES]
IMPOSTORS = {
    workload(name, {**labels, "is": "impostor"}, holder.account): (labelled, holder)
    for name in NAMESPACES
    for labels, labelled, holder in [
        (LABELS[0], HONEST[3 * NAMESPACES.index(name)], HONEST[3 * NAMESPACES.index(name) + 1]),
        ({}, BARE[NAMESPACES.index(name)], HONEST[3 * NAMESPACES.index(name)]),
    ]
}
"""The labels of one with the account of another, and a stolen account without labels; each with the two it mixes."""
WORKLOADS = [*HONEST, *BARE, *IMPOSTORS]


@st.composite
def flows(draw: st.DrawFn, tenant: str) -> dict[str, Any]:
    """One flow of a tenant: callers are all pods of a namespace, or some labels with the account that has them."""
    own = [("namespace", each) for each in SPACES[tenant]]
    foreign = [("clusterNamespace", f"{other}-{each}") for other in SPACES if other != tenant for each in SPACES[other]]
    source = draw(st.sampled_from(own + foreign))
    target = draw(st.sampled_from(own + foreign if source[0] == "namespace" else own))
    labels = draw(st.sampled_from([None, *LABELS]))
    caller = {"pods": labels, "serviceAccount": account_of(labels)} if labels else {"pods": "all"}
    some = [80, 9000, {"port": 8080, "endPort": 8081}, {"port": 80, "protocol": "UDP"}]
    ports = draw(st.lists(st.sampled_from(some), min_size=1, max_size=2, unique_by=str))
    return {
        "from": {source[0]: source[1], **caller},
        "to": {target[0]: target[1], "pods": draw(TARGETS)},
        "ports": ports,
    }


@st.composite
def tenants(draw: st.DrawFn) -> list[TenantArgs]:
    return [
        TenantArgs.model_validate(
            {
                "name": name,
                "owner": f"{name}-team",
                "namespaces": [{"name": each} for each in spaces],
                "allow": draw(st.lists(flows(name), max_size=5, unique_by=str)),
            }
        )
        for name, spaces in SPACES.items()
    ]


AMBIENT = Mesh(members=tuple(NAMESPACES))
MESHES = {
    "a proxy on each node": AMBIENT,
    "a proxy in each pod": Mesh(
        dataplane=Dataplane.GKE_SERVICE_MESH,
        trust_domain="example-prod.svc.id.goog",
        google=("199.36.153.8/30",),
        members=tuple(NAMESPACES),
    ),
}


@pytest.fixture(params=MESHES)
def known(request: pytest.FixtureRequest) -> Mesh:
    """What tenants know of the mesh of their cluster."""
    return MESHES[request.param]


def recorded(declared: Sequence[TenantArgs], known: Mesh) -> list[Resource]:
    """What the tenants register in a cluster with a mesh, and a Deployment for each workload."""

    def program() -> None:
        cluster = handle(known)
        for each in declared:
            Tenant(each, cluster)

    return [*record(program).values(), *(deployment(each) for each in WORKLOADS)]


def deployment(workload: Workload) -> Resource:
    labels = dict(workload.labels)
    name = f"{workload.namespace}-{'-'.join(labels.values())}"
    pod = {"metadata": {"labels": labels}, "spec": {"serviceAccountName": workload.account, "containers": []}}
    spec = {"selector": {"matchLabels": labels}, "template": pod}
    metadata = {"name": name, "namespace": workload.namespace}
    return resource("kubernetes:apps/v1:Deployment", name, {"metadata": metadata, "spec": spec})


class Layers:
    """What each layer says, and what both let pass: NetworkPolicies see the port of a tunnel, where there is one."""

    def __init__(self, resources: Sequence[Resource], known: Mesh = AMBIENT) -> None:
        self._known = known
        self._policies = [each.props.plain for each in resources if each.type.endswith(":AuthorizationPolicy")]
        self._matrix = reachability.matrix(resources)
        ends = enumerate(self._matrix.sides.endpoints)
        self._index = {(each.namespace, each.labels): number for number, each in ends}

    def address(self, source: Workload, target: Workload, port: int, protocol: str = "TCP") -> bool:
        ends = [self._index[each.namespace, each.labels] for each in (source, target)]
        return self._matrix.ports(*ends).has(protocol, port)

    def identity(self, source: Workload, target: Workload, port: int) -> bool:
        return mesh.allows(self._policies, source, target, port, self._known.trust_domain)

    def both(self, source: Workload, target: Workload, port: int) -> bool:
        return self.mixed(source, source, target, port)

    def mixed(self, labelled: Workload, holder: Workload, target: Workload, port: int) -> bool:
        """What passes with the labels of one and the account of another."""
        seen = self._known.tunnel_port or port
        return self.address(labelled, target, seen) and self.identity(holder, target, port)


class Words:
    """What the flows say, read here word by word."""

    def __init__(self, tenants: Sequence[TenantArgs], known: Mesh) -> None:
        self._tunnelled = known.tunnel_port is not None
        self._flows = {
            each.name: each.model_dump(mode="json", by_alias=True, exclude_none=True)["allow"] for each in tenants
        }

    def allowed(self, source: Workload, target: Workload, port: int | None) -> bool:
        """The accepting tenant lets this identity in at this port; the calling one lets such labels out to those pods.

        What goes out is judged by address alone: through a tunnel at whatever port the accepting tenant names, as
        no ztunnel asks a caller which of its ports it may use; without one at the same port.
        """
        callers, accepters = (each.namespace.split("-")[0] for each in (source, target))
        out = None if self._tunnelled else port
        return self._says(accepters, source, target, port) and self._says(
            callers, source, target, out, labels_alone=True
        )

    def _says(
        self, tenant: str, source: Workload, target: Workload, port: int | None, *, labels_alone: bool = False
    ) -> bool:
        return any(
            self._is(source, flow["from"], tenant, labels_alone=labels_alone)
            and self._is(target, flow["to"], tenant, labels_alone=True)
            and any(
                each["protocol"] == "TCP"
                and (port is None or each["port"] <= port <= each.get("endPort", each["port"]))
                for each in flow["ports"]
            )
            for flow in self._flows[tenant]
        )

    @staticmethod
    def _is(workload: Workload, end: dict[str, Any], tenant: str, *, labels_alone: bool) -> bool:
        name = end.get("clusterNamespace") or f"{tenant}-{end['namespace']}"
        wanted = {} if end["pods"] == "all" else end["pods"]
        return (
            workload.namespace == name
            and wanted.items() <= dict(workload.labels).items()
            and (labels_alone or end.get("serviceAccount") in (None, workload.account))
        )


def problems(declared: Sequence[TenantArgs], known: Mesh = AMBIENT) -> list[str]:
    return [problem for each in declared for problem in authorization_policy.problems(each, known)]


@RANDOM
@given(declared=tenants())
def test_both_layers_let_pass_exactly_what_the_flows_say(known: Mesh, declared: list[TenantArgs]) -> None:
    assert problems(declared, known) == []
    layers, words = Layers(recorded(declared, known), known), Words(declared, known)
    for source, target in itertools.product([*HONEST, *BARE], HONEST):
        for port in PORTS:
            assert layers.both(source, target, port) == words.allowed(source, target, port), (source, target, port)


@RANDOM
@given(declared=tenants())
def test_neither_borrowed_labels_nor_a_stolen_account_open_more_than_the_other_lets_pass(
    known: Mesh, declared: list[TenantArgs]
) -> None:
    layers = Layers(recorded(declared, known), known)
    for (impostor, (labelled, holder)), target in itertools.product(IMPOSTORS.items(), HONEST):
        for port in PORTS:
            mixed = layers.mixed(labelled, holder, target, port)
            assert layers.both(impostor, target, port) == mixed, (impostor, target, port)


@RANDOM
@given(declared=tenants())
def test_the_preview_is_surprised_by_nothing_that_the_mesh_opens(known: Mesh, declared: list[TenantArgs]) -> None:
    resources = recorded(declared, known)
    # A flow that only one of two tenants declares is not open, and the preview says so, with mesh and without.
    assert {each.difference for each in reachability.of(resources).surprises} <= {
        Difference.NOT_OPEN,
        Difference.NO_POD,
    }
