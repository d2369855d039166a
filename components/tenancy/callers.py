"""Who may call whom in a mesh, from the same flows as the NetworkPolicies: derived here once, for every kind of mesh.

How a mesh is told of it is `authorization_policy.py` (Istio) and `server_policy.py` (Linkerd).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..naming import namespace_name, short_digest
from .intent import Flow, ForeignPods, Network, Pods, Port, Protocol


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One object of a mesh's own kinds: its name, the intent that asked for it, and its spec."""

    api_version: str
    kind: str
    name: str
    intent: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """A flow as the accepting end of a mesh judges it."""

    name: str
    """A name that says who calls and doesn't change when flows are reordered."""
    intent: str
    """The flow."""
    namespace: str
    """Full name of the callers' namespace."""
    service_account: str | None
    """Account that the callers run as; None where every account of the namespace may call."""
    labels: Mapping[str, str]
    """Labels of the accepting pods; none where they are all of the namespace."""
    ports: tuple[int, ...]
    """TCP ports, each by its number."""


def let_in(tenant: str, namespace: str, flows: Sequence[Flow]) -> Iterator[Allowed]:
    """Yield what one of the tenant's namespaces (short name) lets in through a mesh.

    What has no identity (addresses) and what doesn't go through a mesh (UDP, SCTP) is not among it.
    """
    for flow in flows:
        ports = tuple(number for port in flow.ports if port.protocol is Protocol.TCP for number in numbers(port))
        if not isinstance(flow.to, Pods) or flow.to.namespace != namespace or isinstance(flow.from_, Network):
            continue
        if not ports:
            continue
        other = flow.from_.namespace if isinstance(flow.from_, Pods) else flow.from_.cluster_namespace
        yield Allowed(
            name=f"allow-from-{other}-{short_digest(str(flow))}",
            intent=str(flow),
            namespace=namespace_of(tenant, flow.from_),
            service_account=flow.from_.service_account,
            labels={} if flow.to.pods == "all" else flow.to.pods,
            ports=ports,
        )


def namespace_of(tenant: str, caller: Pods | ForeignPods) -> str:
    """Return the full name of the namespace that pods of a flow are in."""
    return namespace_name(tenant, caller.namespace) if isinstance(caller, Pods) else caller.cluster_namespace


def numbers(port: Port) -> range:
    """Return every number of a port or a range."""
    return range(port.port, (port.end_port or port.port) + 1)
