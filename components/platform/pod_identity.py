"""Pods with an identity in the cluster's cloud: the account that the platform makes stands for that of the chart."""

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from ..tenancy.model import WorkloadIdentity
from .service import ServiceArgs

LABELS: Mapping[str, str] = {"azure.workload.identity/use": "true"}
"""What AKS asks pods to be labelled with; elsewhere it means nothing."""


class RegistryReaderArgs(ServiceArgs, ABC):
    """Arguments of a service that reads what tenants' registries hold."""

    registry_grants: tuple[Annotated[str, Field(min_length=3, max_length=500)], ...] = ()
    """What its pods may do in the cluster's cloud, as an identity of a tenant says it: pull the tenants' images, and
    nothing else. Absent, they see public images alone, as pods have none of the rights of their node."""


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
