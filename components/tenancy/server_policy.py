"""What Linkerd is told of a namespace: the declared flows by the caller's identity; everything else it denies.

The namespace's annotation denies what nothing allows (`../dataplane.py`). A `Server` is a port of some pods, a
`MeshTLSAuthentication` the callers of a flow, an `AuthorizationPolicy` lets the callers reach the Server. Where two
Servers select the same port of a pod, Linkerd takes the older one and ignores the other: hence the pods that flows name
are divided here into groups of which no two share a pod, and each port of a group is one Server. The proxy in the
accepting pod judges, so only the accepting end has policies. What is said in `authorization_policy.py` of identities
and labels holds here as well, and its `problems` are asked first.

The kubelet's probes stay possible: Linkerd lets everybody GET the paths of a pod's HTTP probes as long as a Server has
no routes of its own, and none has here. A TCP probe finds the proxy; HTTPS and gRPC probes are refused.

Sources: https://linkerd.io/2-edge/reference/authorization-policy/ and, for what that leaves open, reindex_servers and
default_inbound_http_routes in policy-controller/k8s/index/src/inbound/index.rs of https://github.com/linkerd/linkerd2
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..mesh import Mesh
from ..naming import short_digest
from .callers import Allowed, Policy, let_in
from .intent import Flow

GROUP = "policy.linkerd.io"
SERVER, AUTHENTICATION, AUTHORIZATION = "Server", "MeshTLSAuthentication", "AuthorizationPolicy"
_VERSIONS = {SERVER: "v1beta3", AUTHENTICATION: "v1alpha1", AUTHORIZATION: "v1alpha1"}
OPAQUE_PORTS = (25, 587, 3306, 4444, 5432, 6379, 9300, 11211)
"""Ports of protocols in which the server speaks first, or nobody says which it is: Linkerd's own list. A Server takes
the place of that list and of the annotation `config.linkerd.io/opaque-ports`, so it says it again."""


def for_namespace(tenant: str, namespace: str, flows: Sequence[Flow], mesh: Mesh) -> list[Policy]:
    """Return the policies of one of the tenant's namespaces (short name), for flows that have no `problems`.

    Identities are references, which Linkerd completes by the trust domain that it knows.
    """
    del mesh
    allowed = list(let_in(tenant, namespace, flows))
    callers = [_policy(AUTHENTICATION, each.name, each.intent, _identities(each)) for each in allowed]
    return [*callers, *(policy for port in _ports(allowed) for policy in _at(port, allowed))]


def _ports(allowed: Sequence[Allowed]) -> list[int]:
    return sorted({port for each in allowed for port in each.ports})


def _identities(allowed: Allowed) -> dict[str, Any]:
    if allowed.service_account is None:
        return {"identityRefs": [{"kind": "Namespace", "name": allowed.namespace}]}
    account = {"kind": "ServiceAccount", "name": allowed.service_account, "namespace": allowed.namespace}
    return {"identityRefs": [account]}


def _at(port: int, allowed: Sequence[Allowed]) -> Iterator[Policy]:
    """Yield each Server at a port, and who may reach it."""
    here = [each for each in allowed if port in each.ports]
    for selector, let_in_there in _groups(here, {}, {}):
        name = f"port-{port}-{short_digest(str(selector))}"
        protocol = "opaque" if port in OPAQUE_PORTS else "unknown"
        spec = {"podSelector": selector, "port": port, "proxyProtocol": protocol, "accessPolicy": "deny"}
        yield _policy(SERVER, name, "; ".join(each.intent for each in let_in_there), spec)
        for each in let_in_there:
            caller = {"group": GROUP, "kind": AUTHENTICATION, "name": each.name}
            target = {"group": GROUP, "kind": SERVER, "name": name}
            reached = {"targetRef": target, "requiredAuthenticationRefs": [caller]}
            yield _policy(AUTHORIZATION, f"{each.name}-{name}", each.intent, reached)


def _groups(
    allowed: Sequence[Allowed], has: Mapping[str, str], lacks: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[dict[str, Any], list[Allowed]]]:
    """Yield selectors of pods of which no two select the same pod, each with all that such a pod lets in.

    `has` and `lacks` are the labels of the pods in question, with their values.
    """
    possible = [each for each in allowed if _can_have(each.labels, has, lacks)]
    if not possible:
        return
    unsaid = ((key, each.labels[key]) for each in possible for key in sorted(each.labels) if key not in has)
    label = next(unsaid, None)
    if label is None:
        yield _selector(has, lacks), possible
        return
    key, value = label
    yield from _groups(possible, {**has, key: value}, lacks)
    yield from _groups(possible, has, {**lacks, key: (*lacks.get(key, ()), value)})


def _can_have(wanted: Mapping[str, str], has: Mapping[str, str], lacks: Mapping[str, tuple[str, ...]]) -> bool:
    return all(has[key] == value if key in has else value not in lacks.get(key, ()) for key, value in wanted.items())


def _selector(has: Mapping[str, str], lacks: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the selector of pods with some labels and without others; a missing label has none of the values."""
    without = [
        {"key": key, "operator": "NotIn", "values": sorted(lacks[key])} for key in sorted(lacks) if key not in has
    ]
    labels = {"matchLabels": dict(sorted(has.items()))} if has else {}
    return {**labels, **({"matchExpressions": without} if without else {})}


def _policy(kind: str, name: str, intent: str, spec: Mapping[str, Any]) -> Policy:
    return Policy(api_version=f"{GROUP}/{_VERSIONS[kind]}", kind=kind, name=name, intent=intent, spec=spec)
