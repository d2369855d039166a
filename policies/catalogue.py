"""All controls, found by folder: adding a file adds a control."""

import functools
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from . import cel, controls
from .control_file import NEWEST
from .model import Control
from .parameters import Parameters

CONTROLS = Path(__file__).parent / "controls"


@functools.cache
def all_controls(parameters: Parameters | None = None, minor: str = NEWEST) -> tuple[Control, ...]:
    """Return every control, sorted by id; workload controls read the parameters, or else their defaults.

    `minor` is the Kubernetes release whose behaviour they follow, such as `1.36`.

    Raises `ValueError` naming the file where a file declares no control, more than one, or a bad one.
    """
    found = [*_python_controls(), *cel.load(CONTROLS / "workload", parameters, minor)]
    ids = [control.id for control in found]
    for control_id in {control_id for control_id in ids if ids.count(control_id) > 1}:
        raise ValueError(f"two controls have the id {control_id!r}")
    return tuple(sorted(found, key=lambda control: control.id))


@functools.cache
def control_ids() -> frozenset[str]:
    """Return the id of every control; nothing is compiled, so whoever only knows names pays for no more."""
    return frozenset(control.id for control in _python_controls()) | frozenset(cel.ids(CONTROLS / "workload"))


def _python_controls() -> Iterator[Control]:
    for module in pkgutil.walk_packages(controls.__path__, f"{controls.__name__}."):
        if module.ispkg:
            continue
        loaded = importlib.import_module(module.name)
        declared = [value for value in vars(loaded).values() if isinstance(value, Control)]
        if len(declared) != 1:
            raise ValueError(f"{loaded.__file__}: declares {len(declared)} controls; one control a file")
        yield declared[0]
