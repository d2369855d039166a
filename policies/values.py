"""Property values as controls read them: plain, with a marker for what is not known yet.

The engine's own proxies are full of traps (`in` raises, slicing leaks sentinels, nested values are no
dicts), so values are copied into plain ones first. Reading an unknown raises `UnknownRead`, which the
evaluator turns into the verdict UNKNOWN: a control can't pass on a value that it didn't see.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi.runtime import rpc
from pulumi_policy import proxy

_SENTINELS = frozenset(
    {
        proxy.UNKNOWN_BOOLEAN_VALUE,
        proxy.UNKNOWN_NUMBER_VALUE,
        proxy.UNKNOWN_STRING_VALUE,
        proxy.UNKNOWN_ARRAY_VALUE,
        proxy.UNKNOWN_ASSET_VALUE,
        proxy.UNKNOWN_ARCHIVE_VALUE,
        proxy.UNKNOWN_OBJECT_VALUE,
    }
)


class _Unknown:
    """The one value that is not known before the update."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise UnknownRead(())

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""Marks a value that is not known before the update."""


class UnknownRead(Exception):  # noqa: N818 - not an error: it says that the answer is not known yet
    """A control read a value that is not known yet."""

    def __init__(self, path: tuple[str | int, ...], why: str = "is not known before the update") -> None:
        super().__init__(f"{dotted(path)} {why}")
        self.path = path


class Props(Mapping[str, Any]):
    """A mapping of plain values whose unknown parts raise `UnknownRead` when they are read."""

    def __init__(self, values: Mapping[str, Any], path: tuple[str | int, ...] = ()) -> None:
        self.plain = values
        """The values with `UNKNOWN` in them, for code that handles unknowns itself."""
        self.path = path

    def __getitem__(self, key: str) -> Any:
        return _guarded(self.plain[key], (*self.path, key))

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)

    def __contains__(self, key: object) -> bool:
        return key in self.plain

    def __hash__(self) -> int:
        """Return the identity: one resource's properties are one object."""
        return id(self)

    def read(self, path: str, *, provider_default: Any) -> Any:
        """Return the value at a dotted path; absence and null mean what the provider then does.

        `provider_default` has no default of its own: a control must say what absence means.
        Raises `UnknownRead` where the value, or anything on the way to it, is not known.
        """
        value: Any = self
        for part in path.split("."):
            if not isinstance(value, Mapping):
                return provider_default
            value = cast("Mapping[str, Any]", value).get(part)
            if value is None:
                return provider_default
        return value


class _Items(Sequence[Any]):
    def __init__(self, values: Sequence[Any], path: tuple[str | int, ...]) -> None:
        self._values = values
        self._path = path

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self._values)))]
        return _guarded(self._values[index], (*self._path, index))

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    def __hash__(self) -> int:
        """Return the identity; equality compares the items."""
        return id(self)


def _guarded(value: Any, path: tuple[str | int, ...]) -> Any:
    if value is UNKNOWN:
        raise UnknownRead(path)
    if isinstance(value, Mapping):
        return Props(cast("Mapping[str, Any]", value), path)
    if isinstance(value, list):
        return _Items(cast("list[Any]", value), path)
    return value


def plain(value: Any) -> Any:
    """Return a copy made of plain dicts, lists and scalars, with `UNKNOWN` for what is not known.

    Takes what the policy SDK hands out (proxies, sentinels) and what the in-process monitor records.
    """
    if isinstance(value, str):
        return UNKNOWN if value in _SENTINELS else value
    if value is UNKNOWN or isinstance(value, pulumi.output.Unknown):
        return UNKNOWN
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, Mapping):
        mapping = cast("Mapping[Any, Any]", value)
        return {str(key): _plain_item(mapping, key) for key in mapping}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        sequence = cast("Sequence[Any]", value)
        return [_plain_item(sequence, index) for index in range(len(sequence))]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # the wire knows no integers
    return value


def _plain_item(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except proxy.UnknownValueError:
        return UNKNOWN


def entries(value: Any) -> list[Any]:
    """Return the items of a list; null is an empty one."""
    return list(value) if value is not None else []


def unknown_paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every unknown inside a plain value."""
    if value is UNKNOWN:
        yield path
    elif isinstance(value, dict):
        for key, below in cast("dict[str, Any]", value).items():
            yield from unknown_paths(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(cast("list[Any]", value)):
            yield from unknown_paths(below, (*path, index))


def dotted(path: tuple[str | int, ...]) -> str:
    """Return `spec.containers[0].image`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
