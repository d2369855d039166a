"""From two versions of a resource's inputs to the engine's plan: same, update or replace. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.providers.properties import Object, reveal

from .checking import is_autonamed
from .differ import Change, Difference, differences, replaces
from .immutable import replacing_fields
from .tokens import ResourceType


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What differs, what of it replaces the object, and whether the old object has to go first."""

    differences: Sequence[Difference]
    replacing: Sequence[Difference]
    delete_first: bool


def plan(old: Object, new: Object, resource: ResourceType, mutable_kinds: frozenset[str]) -> Plan:
    """Return the plan for a resource; `mutable_kinds` as in `immutable.replacing_fields`."""
    found = [d for d in differences(old, new) if not _is_default_namespace(d, old, new)]
    fields = replacing_fields(resource.kind, is_patch=resource.is_patch, mutable_kinds=mutable_kinds)
    replacing = [difference for difference in found if replaces(difference, fields)]
    same_object = _identity(old) == _identity(new)
    return Plan(
        differences=found,
        replacing=replacing,
        delete_first=bool(replacing) and same_object and not is_autonamed(new),
    )


def provider_plan(old: Object, new: Object) -> Plan:
    """Return the plan for the provider itself.

    Only another `clusterIdentifier` means another cluster, and so replaces what is in it. A kubeconfig
    changes whenever credentials are renewed, so it never does; nor does a first or a dropped identifier.
    """
    found = differences(old, new)
    replacing = [d for d in found if d.path == ("clusterIdentifier",) and d.change is Change.UPDATE]
    return Plan(differences=found, replacing=replacing, delete_first=False)


def _identity(inputs: Object) -> tuple[object, object]:
    metadata = reveal(inputs).get("metadata")
    if not isinstance(metadata, dict):
        return None, None
    return metadata.get("namespace") or "default", metadata.get("name")


def _is_default_namespace(difference: Difference, old: Object, new: Object) -> bool:
    """Return whether only `default` was spelled out, or no longer is."""
    return difference.path == ("metadata", "namespace") and _identity(old)[0] == _identity(new)[0]
