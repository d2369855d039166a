"""Ask git about the project, without touching the user's tree, index, stash or hooks, and without the network."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from components.errors import UserError

_HOOKED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE")
"""What git sets for its hooks: with these, a command would act on the index of the commit that is being made."""
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
}
_SETTINGS = tuple(
    word
    for setting in (
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",  # neither a hook of its own kind, nor a daemon that outlives the worktree
        "submodule.recurse=false",
        "advice.detachedHead=false",
    )
    for word in ("-c", setting)
)


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A commit to compare with, and where the project lies in it."""

    ref: str
    """What was asked for."""
    commit: str
    """The merge base of that and HEAD."""
    repository: Path
    """Top of the user's work tree."""
    project: Path
    """The project's folder below the top; `.` where it is the top."""


def run(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git and return how it ended; raises `UserError` where there is no git."""
    environment = {name: value for name, value in os.environ.items() if name not in _HOOKED}
    try:
        return subprocess.run(
            ["git", "-C", str(repository), *_SETTINGS, *arguments],
            env={**environment, **_QUIET},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise UserError("--against needs git, and there is none on PATH") from None


def revision(root: Path, ref: str) -> Revision:
    """Return what to compare with: the merge base of a revision and HEAD, as pull requests do.

    Raises `UserError` where the project is in no repository, the revision isn't there, or the two share no commit.
    """
    if not ref or ref.startswith("-"):
        raise UserError(f"--against {ref}: name a commit, a branch or a tag")
    top = run(root, "rev-parse", "--show-toplevel")
    if top.returncode:
        raise UserError(f"--against {ref}: git says: {last_line(top.stderr)}")
    repository = Path(top.stdout.removesuffix("\n"))
    if not _commit(repository, "HEAD"):
        raise UserError(f"--against {ref}: the repository has no commit yet, so there is nothing to compare with")
    if not _commit(repository, ref):
        raise UserError(f"--against {ref}: there is no such commit here{_where_to_get(repository, ref)}")
    base = run(repository, "merge-base", "--", ref, "HEAD")
    if base.returncode:
        raise UserError(f"--against {ref}: it shares no commit with HEAD here{_where_to_get(repository, ref)}")
    return Revision(
        ref=ref,
        commit=base.stdout.split()[0],
        repository=repository,
        project=root.resolve().relative_to(repository.resolve()),
    )


def _commit(repository: Path, ref: str) -> bool:
    return run(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").returncode == 0


def _where_to_get(repository: Path, ref: str) -> str:
    """Say how to get what a clone lacks; nothing is fetched here."""
    if run(repository, "rev-parse", "--is-shallow-repository").stdout.strip() == "true":
        return (
            "; this clone is shallow: fetch the whole history first ('git fetch --unshallow', "
            "in CI 'fetch-depth: 0'), or compare a merge commit with its first parent, HEAD^1"
        )
    return f"; fetch it first, or name it as git does here ('origin/{ref}' for a branch of a remote)"


def last_line(text: str) -> str:
    """Return the last line of what git says."""
    return (text.strip().splitlines() or ["nothing"])[-1]
