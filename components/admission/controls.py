"""The workload controls as data: the files that the policy pack reads too.

In a checkout they lie in `policies/controls/`; installed, the package `secure_clusters` carries them in
`secure_clusters/controls/`. Their keys are checked by the policy pack (`policies/control_file.py`); what is
read here is only what an admission policy needs.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict

from .. import data_file

_HERE = Path(__file__).parent
_PLACES = (_HERE.parent / "controls", _HERE.parents[1] / "policies" / "controls")


class Kind(BaseModel):
    """A kind of object, as admission rules name it."""

    model_config = ConfigDict(frozen=True)

    group: str
    version: str
    resource: str
    """Plural name; with a subresource `pods/resize`."""
    kind: str = ""
    """Singular name in capitals; empty where the resource says enough."""


POD_KINDS = (
    *(
        Kind(group="", version="v1", resource=resource)
        for resource in ("pods", "pods/ephemeralcontainers", "pods/resize", "replicationcontrollers")
    ),
    *(
        Kind(group="apps", version="v1", resource=resource)
        for resource in ("daemonsets", "deployments", "replicasets", "statefulsets")
    ),
    *(Kind(group="batch", version="v1", resource=resource) for resource in ("cronjobs", "jobs")),
)
"""Every kind that is a pod or makes pods, and the ways round a pod's own endpoint."""


class Change(BaseModel):
    """What a control's expression was before a Kubernetes minor."""

    model_config = ConfigDict(frozen=True)

    before: str
    violates: str


class WorkloadControl(BaseModel):
    """One control: `policies/controls/workload/<id>.yaml`."""

    model_config = ConfigDict(frozen=True)

    id: str
    enforcement: str = "mandatory"
    scope: str
    kinds: tuple[Kind, ...] = ()
    path: str
    must: str
    violates: str
    changed: tuple[Change, ...] = ()
    """The oldest change first."""

    def at(self, minor: str) -> "WorkloadControl":
        """Return the control as it is in a Kubernetes minor, such as `1.35`."""
        held = next((change for change in self.changed if _number(minor) < _number(change.before)), None)
        return self.model_copy(update={"violates": held.violates}) if held else self

    @property
    def mandatory(self) -> bool:
        """Whether a violation denies the request."""
        return self.enforcement == "mandatory"

    @property
    def of_pods(self) -> bool:
        """Whether it is about every kind with pods, not about the kinds that it lists."""
        return not self.kinds

    @property
    def in_cluster(self) -> bool:
        """Whether the API server can judge it.

        It can't say in which version an object was sent: it converts objects, and refuses versions that it
        has given up before any policy is asked.
        """
        return "apiVersion" not in self.violates

    @property
    def expression(self) -> str:
        """CEL: true where the object is allowed."""
        if self.scope == "container":
            return f"!variables.allContainers.exists(c, {self.violates})"
        if self.kinds:
            kinds = ", ".join(sorted({text(f"{kind.group}/{kind.kind}") for kind in self.kinds}))
            return f"!(request.kind.group + '/' + request.kind.kind in [{kinds}]) || !({self.violates})"
        return f"!({self.violates})"

    @property
    def message(self) -> str:
        """What is wrong, without the containers' names; begins with the control's id."""
        return f"{self.id}: {self.path} must {self.must}"

    @property
    def message_expression(self) -> str:
        """CEL: what is wrong, with the containers' names; begins with the control's id."""
        if self.scope != "container":
            return text(self.message)
        offenders = f"variables.allContainers.filter(c, {self.violates}).map(c, c.?name.orValue('?'))"
        return f"{text(f'{self.id}: container ')} + {offenders}.join(', ') + {text(f': {self.path} must {self.must}')}"


def _number(minor: str) -> int:
    return int(minor.removeprefix("1."))


def text(value: str) -> str:
    """Return a CEL string literal."""
    return json.dumps(value, ensure_ascii=False)


def null_is_empty(source: str) -> str:
    """Return CEL that takes a list that is null for an empty one, as the policy pack does.

    The API server writes null for a few empty lists, such as the rules of a Role or the sources of a projected
    volume.
    """
    return source.replace(".orValue([])", ".optFlatMap(list, optional.ofNonZeroValue(list)).orValue([])")


@cache
def workload_controls() -> tuple[WorkloadControl, ...]:
    """Return all workload controls that the API server can judge, sorted by id."""
    files = sorted((_catalogue() / "workload").glob("*.yaml"))
    found = (WorkloadControl.model_validate({"id": file.stem, **_read(file)}) for file in files)
    return tuple(control for control in found if control.in_cluster)


def variables() -> Mapping[str, str]:
    """Return the CEL variables that every control may use, in order."""
    return _shared()["variables"]


def default_parameters() -> Mapping[str, tuple[str, ...]]:
    """Return each parameter's list where an environment gives none."""
    return {name: tuple(entry["default"]) for name, entry in _shared()["parameters"].items()}


@cache
def _shared() -> Mapping[str, Any]:
    return _read(_catalogue() / "workload.yaml")


def _catalogue() -> Path:
    return next(place for place in _PLACES if (place / "workload").is_dir())


def _read(file: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", data_file.read(file))
