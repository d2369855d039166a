"""Both sides of a change, made of recorded resources."""

from collections.abc import Sequence
from typing import Any

from policies.model import Resource
from policies.values import Props
from preview.change import snapshot
from preview.change.model import Change, ResourceChange
from preview.change.resources import compare
from preview.change.snapshot import Snapshot, Snapshots
from preview.result import StackResult

KEY = "00" * 32
CHANGE = Change(ref="main", commit="0123456789abcdef")


def made(type_: str, name: str, properties: dict[str, Any], **more: Any) -> Resource:
    urn = f"urn:pulumi:test::secure-clusters::{type_}::{name}"
    return Resource(urn=urn, type=type_, name=name, props=Props(properties), **more)


def recorded(*resources: Resource, result: StackResult | None = None) -> Snapshot:
    """Return a snapshot as it comes from the other process."""
    taken = snapshot.of(result or StackResult(name="test", resources=resources), (), ["test"], KEY)
    sent = Snapshots(version=1, snapshots=(taken,)).model_dump_json()
    return Snapshots.model_validate_json(sent).snapshots[0]


def changes(before: Sequence[Resource], after: Sequence[Resource]) -> list[ResourceChange]:
    return list(compare(recorded(*before).resources, recorded(*after).resources))


def change(type_: str, before: dict[str, Any], after: dict[str, Any], **more: Any) -> ResourceChange:
    (found,) = changes([made(type_, "it", before, **more)], [made(type_, "it", after, **more)])
    return found


def paths(type_: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {each.path: (each.before, each.after) for each in change(type_, before, after).properties}
