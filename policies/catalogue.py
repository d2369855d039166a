"""All controls, found by folder: adding a file adds a control."""

import functools
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from . import cel, controls
from .model import Control

CONTROLS = Path(__file__).parent / "controls"


@functools.cache
def all_controls() -> tuple[Control, ...]:
    """Return every control, sorted by id.

    Raises `ValueError` naming the file where a file declares no control, more than one, or a bad one.
    """
    found = [*_python_controls(), *cel.load(CONTROLS / "workload")]
    ids = [control.id for control in found]
    for control_id in {control_id for control_id in ids if ids.count(control_id) > 1}:
        raise ValueError(f"two controls have the id {control_id!r}")
    return tuple(sorted(found, key=lambda control: control.id))


def _python_controls() -> Iterator[Control]:
    for module in pkgutil.walk_packages(controls.__path__, f"{controls.__name__}."):
        if module.ispkg:
            continue
        loaded = importlib.import_module(module.name)
        declared = [value for value in vars(loaded).values() if isinstance(value, Control)]
        if len(declared) != 1:
            raise ValueError(f"{loaded.__file__}: declares {len(declared)} controls; one control a file")
        yield declared[0]
