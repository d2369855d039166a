"""A weakened copy of what was registered, for tests that no weakening escapes the controls."""

import copy
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from policies.model import Resource
from policies.values import Props


def each_weakened(
    resources: Sequence[Resource], concerns: Callable[[Resource], bool], weaken: Callable[[dict[str, Any]], Any]
) -> Iterator[list[Resource]]:
    """Yield the resources once for each of those concerned that the weakening changes, with that one weakened."""
    for index, resource in enumerate(resources):
        if not concerns(resource):
            continue
        plain = copy.deepcopy(dict(resource.props.plain))
        weaken(plain)
        if plain != resource.props.plain:
            weakened = dataclasses.replace(resource, props=Props(plain))
            yield [*resources[:index], weakened, *resources[index + 1 :]]
