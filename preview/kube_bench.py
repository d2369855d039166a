"""Read what kube-bench found on nodes, so that an audit judges it beside the objects of the cluster.

The document is that of `kube-bench run --json`, also as the log of a Job has it; it doesn't say which node it is about,
so the file is named after the node. Nothing is run here.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from components.errors import UserError
from components.settings import PROJECT
from policies.model import Resource
from policies.values import Props

from .cluster_objects import STACK

TYPE = "secureclusters:audit:NodeBenchmark"
"""Each item of the benchmark on each node is one such resource, named `<node>/<benchmark>/<item>`."""
_LARGEST = 10 * 1024 * 1024


class _Item(BaseModel):
    test_number: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$", max_length=20)
    test_desc: str = Field(max_length=1000)
    status: str = Field(max_length=20)
    scored: bool = True


class _Section(BaseModel):
    results: tuple[_Item, ...] = ()


class _Group(BaseModel):
    version: str = Field(max_length=50)
    """Name of the benchmark, such as `cis-1.12`."""
    node_type: str = ""
    tests: tuple[_Section, ...] = ()
    total_pass: int = 0
    total_fail: int = 0
    total_warn: int = 0
    total_info: int = 0

    @property
    def lacks(self) -> bool:
        """Whether it counts more items than it holds."""
        counted = self.total_pass + self.total_fail + self.total_warn + self.total_info
        return counted > sum(len(section.results) for section in self.tests)


class _Document(BaseModel):
    model_config = ConfigDict(populate_by_name=True, hide_input_in_errors=True)

    groups: tuple[_Group, ...] = Field(alias="Controls", min_length=1)


def read(files: Sequence[Path]) -> tuple[Resource, ...]:
    """Return the items that the files hold; two of the same node and item are both judged.

    Raises `UserError` for a file that can't be read, is no result of kube-bench, or holds no item.
    """
    return tuple(each for file in files for each in _read(file))


def _read(file: Path) -> Iterator[Resource]:
    document = _document(file)
    items = [(group, item) for group in document.groups for section in group.tests for item in section.results]
    if not items:
        raise UserError(f"{file} holds no item of a benchmark; run kube-bench with --json, without --noresults")
    if any(group.lacks for group in document.groups):
        raise UserError(f"{file} holds fewer items than it counts: somebody cut it; run kube-bench again")
    for group, item in items:
        name = f"{file.stem}/{group.version}/{item.test_number}"
        props = {"status": item.status, "title": item.test_desc, "scored": item.scored, "nodeType": group.node_type}
        yield Resource(urn=f"urn:pulumi:{STACK}::{PROJECT}::{TYPE}::{name}", type=TYPE, name=name, props=Props(props))


def _document(file: Path) -> _Document:
    try:
        if file.stat().st_size > _LARGEST:
            raise UserError(f"{file} is larger than {_LARGEST >> 20} MiB, which no result of kube-bench is")
        return _Document.model_validate(_whole(json.loads(file.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "it is no text")
        raise UserError(f"the result {file} can't be read: {reason}") from None
    except (json.JSONDecodeError, RecursionError):
        raise UserError(f"{file} is no JSON; run kube-bench with --json, and keep nothing else of the log") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise UserError(f"{file} is no result of kube-bench: {where}: {first['msg']}") from None


def _whole(content: Any) -> Any:
    """Return the document; older releases print the list of groups alone."""
    return {"Controls": cast("list[Any]", content)} if isinstance(content, list) else content
