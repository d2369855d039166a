"""Which environments a change can have a different verdict on: what CI previews, and in which order it deploys.

A stack file decides about its own stack, and about the tenants stacks that read its outputs. Everything else decides
about all of them, but for the few places that no program and no control reads.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components import stack_file
from components.errors import UserError
from components.naming import PROJECT
from components.stack_file import StackFile

from . import ROOT
from .change import git
from .objects import as_mapping

_STACKS = PurePosixPath("stacks")
_READ_BY_NOTHING = ("docs", "tests", "local", "ci", ".github")
"""Folders that decide about no environment."""
_READ_BY_NOBODY = ("*.md", "LICENSE", ".gitignore", "Makefile", "action.yml")
"""Files at the top that decide about none."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A stack as a workflow needs to know it."""

    stack: str
    cluster: str | None
    """Kind of its cluster, `eks` or `existing`, also where another stack declares it; None where no file tells."""
    tenants: bool
    """Whether it reads what another stack exports, and so comes after it."""
    removed: bool
    """Whether its stack file is there no more: a reviewer has to see that, and nothing is deployed."""


def environments(root: Path = ROOT, against: str | None = None) -> list[Environment]:
    """Return the environments that a change since a revision can decide about; all of them without one.

    Those that others read come first. Raises `UserError` where git does not know the revision.
    """
    folder = root / "stacks"
    names = set(stack_file.names(folder))
    files = {name: file for name in names if (file := _file(name, folder))}
    chosen = names if against is None else _touched(root, against, files)
    found = [_environment(name, files, removed=name not in names) for name in sorted(chosen)]
    return sorted(found, key=lambda each: each.tenants)


def as_json(found: Sequence[Environment]) -> str:
    """Return the environments as the matrix of a workflow takes them: one line."""
    return json.dumps([vars(each) for each in found]) + "\n"


def _file(name: str, folder: Path) -> StackFile | None:
    """Return a stack's file; what is wrong with one is told by its preview."""
    try:
        return stack_file.read(name, folder)
    except UserError:
        return None


def _environment(name: str, files: Mapping[str, StackFile], *, removed: bool) -> Environment:
    file = files.get(name)
    above = file.cluster_stack if file else None
    declaring = files.get(above) if above else file
    return Environment(stack=name, cluster=_kind(declaring), tenants=above is not None, removed=removed)


def _kind(file: StackFile | None) -> str | None:
    try:
        return as_mapping(json.loads(file.config[f"{PROJECT}:cluster"])).get("kind") if file else None
    except (KeyError, ValueError):
        return None


def _touched(root: Path, against: str, files: Mapping[str, StackFile]) -> set[str]:
    known = set(stack_file.names(root / "stacks"))
    touched: set[str] = set()
    for path in _changed_files(root, against):
        touched |= _decided_by(path, known)
    return touched | {name for name, file in files.items() if file.cluster_stack in touched}


def _decided_by(path: PurePosixPath, known: Collection[str]) -> set[str]:
    """Return the environments that a file decides about."""
    if path.parent == _STACKS and path.match("Pulumi.*.yaml"):
        return {path.name.removeprefix("Pulumi.").removesuffix(".yaml")}
    alone = len(path.parts) == 1 and any(path.match(pattern) for pattern in _READ_BY_NOBODY)
    return set() if alone or path.parts[0] in _READ_BY_NOTHING else set(known)


def _changed_files(root: Path, against: str) -> Iterator[PurePosixPath]:
    """Yield what differs from the revision, edits that are not committed and new files included."""
    revision = git.revision(root, against)
    differing = ("diff", "--name-only", "-z", "--no-renames", "--relative", revision.commit, "--")
    for command in (differing, ("ls-files", "--others", "--exclude-standard", "-z")):
        answer = git.run(root, *command)
        if answer.returncode:
            raise UserError(f"--against {against}: git can't tell what changed: {answer.stderr.strip()}")
        yield from (PurePosixPath(name) for name in answer.stdout.split("\0") if name)
