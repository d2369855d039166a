"""Declare a control in Python: `@control(...)` on the function that checks."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .model import Control, Enforcement, Parts, Severity


class NotApplicableError(Exception):
    """Raised by a check to say that the control has no opinion on the resource; says why."""


def control(
    *,
    title: str,
    severity: Severity,
    types: tuple[str, ...],
    why: str,
    fix: str,
    url: str,
    enforcement: Enforcement = Enforcement.MANDATORY,
    parts: Parts | None = None,
) -> Callable[[Callable[..., Any]], Control]:
    """Turn a check into a control whose id is the name of its file.

    A check that takes `Props` judges one resource, or each of its `parts`: then its messages are headed by
    the part's path. A check that takes a `Stack` judges all resources.
    """

    def declare(check: Callable[..., Any]) -> Control:
        takes_stack = "stack" in inspect.signature(check).parameters
        return Control(
            id=Path(inspect.getfile(check)).stem.replace("_", "-"),
            title=title,
            severity=severity,
            types=types,
            why=why,
            fix=fix,
            url=url,
            enforcement=enforcement,
            check=None if takes_stack else check,
            parts=parts,
            stack_check=check if takes_stack else None,
        )

    return declare
