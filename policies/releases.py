"""Which Kubernetes minors a cloud still supports, by the dated table of its component."""

import datetime
import functools
from pathlib import Path

from components import clock
from components.upgrades import Release, Releases, read_releases

COMPONENTS = Path(__file__).parent.parent / "components"


def is_supported(cloud: str, version: str, *, extended: bool = False) -> bool:
    """Return whether a version such as `1.36` or `1.36.2` is supported today; `extended` counts paid support as well.

    A minor that the table of the cloud (`aws`, `azure`, `gcp`) does not name counts as not supported.
    """
    release = _release(cloud, version)
    if release is None:
        return False
    ends = release.extended_support_ends if extended else release.standard_support_ends
    return clock.today() <= (ends or release.standard_support_ends)


def support_ends(cloud: str, version: str) -> datetime.date | None:
    """Return the last day of a version's standard support; None where the table of the cloud doesn't name it."""
    release = _release(cloud, version)
    return release.standard_support_ends if release else None


def minor(version: str) -> int:
    """Return 36 of `1.36` and of `1.36.2`."""
    return int(version.split(".")[1])


def _release(cloud: str, version: str) -> Release | None:
    named = ".".join(version.split(".")[:2])
    return next((each for each in _releases(cloud).releases if each.version == named), None)


@functools.cache
def _releases(cloud: str) -> Releases:
    return read_releases(COMPONENTS / cloud / "versions.yaml")
