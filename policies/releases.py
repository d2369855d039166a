"""Which Kubernetes minors a cloud still supports, by the dated table of its component."""

import functools
from pathlib import Path

from components import clock
from components.upgrades import Releases, read_releases

COMPONENTS = Path(__file__).parent.parent / "components"


def is_supported(cloud: str, version: str, *, extended: bool = False) -> bool:
    """Return whether a version such as `1.36` or `1.36.2` is supported today; `extended` counts paid support as well.

    A minor that the table of the cloud (`aws`, `azure`, `gcp`) does not name counts as not supported.
    """
    minor = ".".join(version.split(".")[:2])
    for release in _releases(cloud).releases:
        if release.version == minor:
            ends = release.extended_support_ends if extended else release.standard_support_ends
            return clock.today() <= (ends or release.standard_support_ends)
    return False


@functools.cache
def _releases(cloud: str) -> Releases:
    return read_releases(COMPONENTS / cloud / "versions.yaml")
