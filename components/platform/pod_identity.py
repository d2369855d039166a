"""Pods with an identity in the cluster's cloud: the account that the platform makes stands for that of the chart."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..tenancy.model import WorkloadIdentity

LABELS: Mapping[str, str] = {"azure.workload.identity/use": "true"}
"""What AKS asks pods to be labelled with; elsewhere it means nothing."""


def identities(account: str, grants: Sequence[str]) -> tuple[WorkloadIdentity, ...]:
    """Return the identity of a service account with these grants; none where there are none."""
    return (WorkloadIdentity(service_account=account, grants=tuple(grants)),) if grants else ()


def adjusted(manifest: dict[str, Any], *, has_account: bool) -> dict[str, Any] | None:
    """Return an object of a chart for pods with an identity; None for the account that the platform makes itself."""
    if not has_account:
        return manifest
    match manifest["kind"]:
        case "ServiceAccount":
            return None
        case "Deployment":
            return _labelled(manifest)
        case _:
            return manifest


def _labelled(manifest: dict[str, Any]) -> dict[str, Any]:
    spec = manifest["spec"]
    metadata = spec["template"].get("metadata", {})
    labels = {**metadata.get("labels", {}), **LABELS}
    template = {**spec["template"], "metadata": {**metadata, "labels": labels}}
    return {**manifest, "spec": {**spec, "template": template}}
