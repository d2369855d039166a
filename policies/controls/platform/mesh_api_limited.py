"""What is behind a gateway of the mesh has a limit on its requests, which the gateway enforces."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import objects
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

_SERVICE = "kubernetes:core/v1:Service"
_FILTER = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter"
_LIMIT = "envoy.filters.http.local_ratelimit"
_INSERTED = ("INSERT_BEFORE", "INSERT_FIRST")


@control(
    title="An API behind a gateway of the mesh has a limit on its requests",
    severity=Severity.MEDIUM,
    types=(_SERVICE,),
    why="One caller in a loop takes an API from all others; a limit that is not in the gateway's chain counts nothing.",
    fix="Declare the API in the namespace's `apis`, with its requests.",
    url="https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit",
)
def check(stack: Stack) -> Iterator[Finding]:
    limited = {key for each in stack.of_type(_FILTER) for key in _limited(each)}
    for service in stack.of_type(_SERVICE):
        labels = service.props.read("metadata.labels", provider_default={})
        waypoint = labels.get("istio.io/use-waypoint", "none")
        if waypoint == "none":
            continue
        namespace = objects.namespace_of(service)
        place = (labels.get("istio.io/use-waypoint-namespace", namespace), waypoint)
        host = f"{objects.object_name(service)}.{namespace}.svc.cluster.local"
        for port in service.props.read("spec.ports", provider_default=[]):
            if (*place, f"inbound-vip|{port['port']}|http|{host}") not in limited:
                yield Finding(resource=service, message="spec.ports has one that its gateway does not count")


def _limited(envoy_filter: Resource) -> Iterator[tuple[str, str, str]]:
    """Yield the namespace and the name of a gateway with each of its chains that this counts, always and for all."""
    read = envoy_filter.props.read
    gateways = [each["name"] for each in read("spec.targetRefs", provider_default=[]) if each.get("kind") == "Gateway"]
    for patch in read("spec.configPatches", provider_default=[]):
        if _counts(patch.get("patch", {})):
            chain = patch.get("match", {}).get("listener", {}).get("filterChain", {}).get("name", "")
            yield from ((objects.namespace_of(envoy_filter), name, chain) for name in gateways)


def _counts(patch: Mapping[str, Any]) -> bool:
    value = patch.get("value", {})
    config = value.get("typed_config", {})
    bucket = config.get("token_bucket", {})
    return (
        patch.get("operation") in _INSERTED
        and value.get("name") == _LIMIT
        and all(_always(config.get(key, {})) for key in ("filter_enabled", "filter_enforced"))
        and all(bucket.get(key) for key in ("max_tokens", "tokens_per_fill", "fill_interval"))
    )


def _always(part: Mapping[str, Any]) -> bool:
    """Return whether a fraction is all; without one Envoy leaves the filter off."""
    wanted = {"numerator": 100, "denominator": "HUNDRED"}
    return part.get("default_value") == wanted and "runtime_key" not in part
