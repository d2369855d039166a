"""Read a YAML file that a person wrote: everything that can be wrong with it is told in one line."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from .data_file import LOADER
from .errors import UserError

_LARGEST = 10 * 1024 * 1024
_MOST_VALUES = 200_000
_DEEPEST = 50

T = TypeVar("T")
KeyPath = tuple[str | int, ...]
"""Keys and positions in lists that lead to a value, from the top of a file."""


class _KeysOnce:
    """A loader's refusal of a key that stands twice, where YAML would silently take the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's signature
        seen: set[str] = set()
        for key, _ in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            text = str(key.value)
            if isinstance(key, yaml.ScalarNode) and text in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {text!r} stands twice", problem_mark=key.start_mark)
            seen.add(text)
        return super().construct_mapping(node, deep=deep)  # pyright: ignore - of the loader beside it


class _Loader(_KeysOnce, yaml.SafeLoader):
    """The loader that decides, and whose messages are told."""


class _FastLoader(_KeysOnce, LOADER):
    """By libyaml, in a tenth of the time; it refuses some of what YAML allows, such as `[runc:[1:CHILD]]`."""


def read(file: Path, source: str) -> Any:
    """Return the content of a file of at most 10 MiB, 200,000 values and 50 levels.

    Aliases count as often as they are used, so that a few lines can't grow without bound. `source` names
    the file in messages. Raises `UserError`.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise UserError(f"{source} is larger than {_LARGEST >> 20} MiB; such a file is a short one")
        content = _loaded(file.read_text(encoding="utf-8"), _content)
    except OSError as error:
        raise UserError(f"{source} can't be read: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UserError(f"{source} can't be read as YAML: {' '.join(str(error).split())}") from None
    if _count(content, 0, _DEEPEST) > _MOST_VALUES:
        raise UserError(f"{source} has more than {_MOST_VALUES} values, or more than {_DEEPEST} levels; split it")
    return content


def lines(file: Path) -> Mapping[KeyPath, int]:
    """Return the line, from 1, of every key and every item of a list; empty where the file can't be read.

    It is for reports on a file that `read` has accepted. What an alias repeats stands where it is written once.
    """
    try:
        node = _loaded(file.read_text(encoding="utf-8"), _node)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return {}
    return dict(_lines(node, (), set())) if node is not None else {}


def _loaded(text: str, load: Callable[[str, type[yaml.SafeLoader]], T]) -> T:
    """Return what is loaded of a text: fast where that goes well, or else as the loader has it that decides."""
    try:
        if not _is_deep(text):
            return load(text, _FastLoader)
    except yaml.YAMLError:
        pass
    return load(text, _Loader)


def _content(text: str, loader: type[yaml.SafeLoader]) -> Any:
    return yaml.load(text, loader)  # noqa: S506 - both are safe loaders


def _node(text: str, loader: type[yaml.SafeLoader]) -> yaml.Node | None:
    return loader(text).get_single_node()


def _is_deep(text: str) -> bool:
    """Return whether a text nests too deep, before nodes are made of it: libyaml would end the process then."""
    depth = 0
    for event in cast("Iterator[object]", yaml.parse(text, LOADER)):  # pyright: ignore[reportUnknownMemberType]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


def _lines(node: yaml.Node, path: KeyPath, seen: set[int]) -> Iterator[tuple[KeyPath, int]]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            below = (*path, str(key.value))
            yield below, key.start_mark.line + 1
            yield from _lines(value, below, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(cast("list[yaml.Node]", node.value)):
            below = (*path, index)
            yield below, value.start_mark.line + 1
            yield from _lines(value, below, seen)


def _count(value: Any, counted: int, levels: int) -> int:
    """Return how many values there are, or one too many as soon as that is certain."""
    if counted > _MOST_VALUES or levels == 0:
        return _MOST_VALUES + 1
    counted += 1
    mapping = cast("dict[Any, Any]", value).values() if isinstance(value, dict) else ()
    items = cast("list[Any]", value) if isinstance(value, list) else ()
    for each in (*mapping, *items):
        counted = _count(each, counted, levels - 1)
        if counted > _MOST_VALUES:
            break
    return counted
