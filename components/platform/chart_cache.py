"""The charts that this machine has: archives by their sum, and what was rendered from them.

Everything lies in the user's cache, never in the repository. An archive is compared with its pin each time before
it is opened. `python -m local charts` fills the cache.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..cache import cache_folder
from ..errors import UserError

HELM = "helm"


def folder() -> Path:
    """Return the folder of charts in this machine's cache."""
    return cache_folder() / "charts"


def archive_path(sha256: str) -> Path:
    """Return where the archive with this sum lies, or would lie."""
    return folder() / "archives" / sha256


def archive(sums: tuple[str, ...]) -> tuple[str, Path] | None:
    """Return the first archive that is there, with its sum; None where there is none.

    Raises `UserError` where a file is not what its name says.
    """
    for sha256 in sums:
        path = archive_path(sha256)
        if not path.exists():
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise UserError(
                f"the chart archive {path} was changed: its SHA-256 is not the pinned one.\n"
                "Delete it and run `python -m local charts`; if it persists, tell your security team."
            )
        return sha256, path
    return None


def helm() -> str | None:
    """Return the program that renders charts: on PATH, or the one that `python -m local charts` obtained."""
    return shutil.which(HELM) or shutil.which(HELM, path=folder() / "bin")


def rendered_path(recipe: Mapping[str, Any]) -> Path:
    """Return where the manifests rendered by this recipe (sum, release, values, Kubernetes) lie, or would lie."""
    text = json.dumps(recipe, sort_keys=True)
    return folder() / "rendered" / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
