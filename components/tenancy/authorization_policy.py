"""AuthorizationPolicies of a namespace in the mesh: deny everything, and the declared flows by the caller's identity.

The same flows make the NetworkPolicies (`network_policy.py`). To them all that goes through the mesh is at one port,
the tunnel's: they judge which pods may talk at all, these policies who may at which port. The two agree only where
an identity is the same pods as the labels of a flow: hence a caller by labels names its service account, and an account
stands for one set of labels (`problems`). The ztunnel of the node that accepts judges here, so only the accepting end
has policies: what goes out of a namespace is judged by address alone. UDP and SCTP don't go through the mesh.

Source: https://istio.io/latest/docs/reference/config/security/authorization-policy/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..mesh import Mesh
from ..naming import namespace_name
from .callers import Allowed, Policy, let_in, namespace_of, numbers
from .intent import Flow, ForeignPods, Network, Pods, Protocol
from .model import TenantArgs

API_VERSION = "security.istio.io/v1"
KIND = "AuthorizationPolicy"
DENY_ALL = "deny-all"
NOTHING: Mapping[str, Any] = {"action": "ALLOW", "rules": []}
"""What allows nobody; the empty list is a field that server-side apply owns, so a rule added by hand is drift."""
MOST_PORTS = 64
"""Most ports in a range, as a policy can only list them."""


def for_namespace(tenant: str, namespace: str, flows: Sequence[Flow], mesh: Mesh) -> list[Policy]:
    """Return the policies of one of the tenant's namespaces (short name), for flows that have no `problems`."""
    nobody = _policy(DENY_ALL, "nothing comes in through the mesh unless a flow declares it", NOTHING)
    return [nobody, *(_allowed(each, mesh) for each in let_in(tenant, namespace, flows))]


def _allowed(allowed: Allowed, mesh: Mesh) -> Policy:
    ports = [str(number) for number in allowed.ports]
    caller = _source(allowed.namespace, allowed.service_account, mesh)
    rule = {"from": [{"source": caller}], "to": [{"operation": {"ports": ports}}]}
    chosen = {"selector": {"matchLabels": allowed.labels}} if allowed.labels else {}
    return _policy(allowed.name, allowed.intent, {**chosen, "action": "ALLOW", "rules": [rule]})


def _policy(name: str, intent: str, spec: Mapping[str, Any]) -> Policy:
    return Policy(api_version=API_VERSION, kind=KIND, name=name, intent=intent, spec=spec)


def source(tenant: str, caller: Pods | ForeignPods, mesh: Mesh) -> Mapping[str, Any]:
    """Return how a policy names a caller: by its account, or every account of its namespace."""
    return _source(namespace_of(tenant, caller), caller.service_account, mesh)


def _source(namespace: str, service_account: str | None, mesh: Mesh) -> Mapping[str, Any]:
    return (
        {"namespaces": [namespace]}
        if service_account is None
        else {"principals": [mesh.principal(namespace, service_account)]}
    )


def problems_of(tenants: Sequence[TenantArgs], mesh: Mesh) -> Iterator[str]:
    """Yield the problems of all tenants of a stack, whose namespaces are in the mesh."""
    known = mesh.beside(own_namespaces(tenants))
    for tenant in tenants:
        yield from (f"tenant {tenant.name!r}: {each}" for each in problems(tenant, known))


def own_namespaces(tenants: Sequence[TenantArgs]) -> list[str]:
    """Return the full names of the namespaces of these tenants."""
    return [namespace_name(tenant.name, each.name) for tenant in tenants for each in tenant.namespaces]


def problems(tenant: TenantArgs, mesh: Mesh) -> Iterator[str]:
    """Yield the flows that can't be in a mesh which takes nothing but its own identities."""
    labels: dict[tuple[str, str], set[str]] = {}
    for flow in tenant.allow:
        if not isinstance(flow.to, Pods):
            continue
        match flow.from_:
            case Network():
                yield (
                    f"the flow {flow} comes from addresses, which have no identity in the mesh; let it come through an "
                    "ingress controller in the mesh, and name its pods"
                )
                continue
            case ForeignPods(cluster_namespace=namespace) if not mesh.has(namespace):
                yield (
                    f"the flow {flow} comes from the namespace {namespace!r}, which is not known to be in the mesh; "
                    "take it into the mesh and name it under members of the mesh"
                )
            case _:
                pass
        yield from _port_problems(flow)
        if flow.from_.service_account is not None:
            labels.setdefault((namespace_of(tenant.name, flow.from_), flow.from_.service_account), set()).add(
                _labels(flow.from_)
            )
    for namespace in tenant.namespaces:
        full_name = namespace_name(tenant.name, namespace.name)
        for host in namespace.hosts:
            caller = Pods(namespace=namespace.name, pods=host.pods)
            labels.setdefault((full_name, host.service_account), set()).add(_labels(caller))
    for (namespace, account), found in labels.items():
        if len(found) > 1:
            yield (
                f"the service account {account!r} of {namespace!r} is named for several kinds of pods "
                f"({'; '.join(sorted(found))}), which are one identity in the mesh; give each an account of its own"
            )


def _port_problems(flow: Flow) -> Iterator[str]:
    tunnelled = [port for port in flow.ports if port.protocol is Protocol.TCP]
    caller = flow.from_
    if tunnelled and not isinstance(caller, Network) and (caller.pods == "all") is not (caller.service_account is None):
        yield (
            f"the flow {flow} needs the serviceAccount that its callers run as: an identity says nothing of labels"
            if caller.service_account is None
            else f"the flow {flow} names a serviceAccount for all pods; name the labels of those that run as it"
        )
    if any(len(numbers(port)) > MOST_PORTS for port in tunnelled):
        yield f"the flow {flow} has more than {MOST_PORTS} ports in a range, which the mesh has to list each"


def _labels(caller: Pods | ForeignPods) -> str:
    return "all" if caller.pods == "all" else ",".join(f"{key}={value}" for key, value in sorted(caller.pods.items()))
