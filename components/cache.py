"""Where this machine keeps what was obtained once: tools and charts, outside every repository."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return `$SECURE_CLUSTERS_CACHE`, or the folder for it in the user's cache."""
    if chosen := os.environ.get("SECURE_CLUSTERS_CACHE"):
        return Path(chosen).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secure-clusters"
