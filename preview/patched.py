"""The Pulumi SDK with a function of ours in the place of one of its own, for as long as a program is previewed."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def patched(module: ModuleType, name: str, function: Callable[..., Any]) -> Generator[None]:
    """Have the function in the module; a module that has none of the name any more is left as it is."""
    original = getattr(module, name, None)
    if original is None:
        yield
        return
    setattr(module, name, function)
    try:
        yield
    finally:
        setattr(module, name, original)
