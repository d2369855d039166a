"""No aliases: they tell an engine under which names its state may know a resource, and a preview has no state.

Every resource of the Azure SDK has one for each version of its API, dozens, and the SDK works each of them out twice: a
quarter of the time of a stack on Azure.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import pulumi
from pulumi.runtime import resource as sdk

from .patched import patched


@contextmanager
def left_out() -> Generator[None]:
    """Let the SDK register resources without aliases, for as long as a program runs."""
    with ExitStack() as both:
        both.enter_context(patched(pulumi.resource, "collapse_alias_to_urn", _nothing))
        both.enter_context(patched(sdk, "prepare_aliases", _none))
        yield


def _nothing(*_: Any) -> str:
    return ""


async def _none(*_: Any) -> list[Any]:
    return []
