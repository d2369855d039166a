"""Estates of several sizes, split over stacks as large ones are."""

from typing import Any

PER_STACK = 50


def tenants(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Return tenants with five namespaces each and three bound groups."""
    access = {"viewer": ["readers"], "developer": ["devs"], "operator": ["ops"]}
    return [
        {
            "name": f"bench{number}",
            "owner": "bench-team",
            "access": access,
            "namespaces": [{"name": f"n{each}"} for each in range(5)],
        }
        for number in range(first // 5, (first + count) // 5)
    ]


def stacks(namespaces: int) -> dict[str, dict[str, Any]]:
    """Return a cluster stack and as many tenants stacks as the namespaces need."""
    parts: dict[str, dict[str, Any]] = {"local-cluster": {"scope": "cluster"}}
    for index, first in enumerate(range(0, namespaces, PER_STACK)):
        parts[f"local-tenants{index}"] = {
            "scope": "tenants",
            "clusterStack": "organization/secure-clusters/local-cluster",
            "tenants": tenants(min(PER_STACK, namespaces - first), first),
        }
    return parts
