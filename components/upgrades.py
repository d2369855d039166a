"""One model of upgrades for every cloud: channel, window, freezes, surge, soak.

What a cloud makes of each is data in its folder: see `cloud_upgrades`. A cloud with release channels of its own is
given the channel; for one without, `resolve` turns the channel into a version by a dated table.
"""

import datetime
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, cast

from pydantic import Field, model_validator

from . import clock, data_file
from .model import Settings, raise_all

LONGEST_FREEZE = datetime.timedelta(days=90)
"""A cluster that takes no patch for longer is no safer for it; GKE allows no more either."""
MOST_FREEZES = 3
"""GKE's limit of exclusions; the same everywhere, so that a file moves from cloud to cloud."""


class Channel(StrEnum):
    """How soon a new Kubernetes minor is taken."""

    RAPID = "rapid"
    """As soon as the cloud has it."""
    REGULAR = "regular"
    """Some months later; the default."""
    STABLE = "stable"
    """When it has been proven longest; the least time is left until its support ends."""


class Weekday(StrEnum):
    """Days of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Window(Settings):
    """When the cloud may upgrade by itself: once a week, in UTC."""

    day: Weekday = Weekday.SUNDAY
    """Day on which the window opens."""
    start: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "02:00"
    """Time at which it opens, HH:MM in UTC."""
    hours: Annotated[int, Field(ge=4, le=24, strict=True)] = 6
    """How long it stays open; no cloud accepts less than 4 hours."""


class Freeze(Settings):
    """A time in which nothing is upgraded, such as the busiest weeks of the year."""

    from_: datetime.date = Field(alias="from")
    """First day (UTC)."""
    to: datetime.date
    """Last day (UTC), at most 90 days later."""
    reason: str = Field(min_length=5, max_length=200)
    """Why; it stands in the plan."""

    @model_validator(mode="after")
    def _is_ahead(self) -> Self:
        name = f"the freeze from {self.from_} to {self.to}"
        if self.to < self.from_:
            raise ValueError(f"{name} ends before it begins; swap the days")
        if self.to - self.from_ > LONGEST_FREEZE:
            raise ValueError(f"{name} is longer than {LONGEST_FREEZE.days} days; a cluster without patches is no safer")
        if self.to < clock.today():
            raise ValueError(f"{name} lies in the past; remove it")
        return self

    def covers(self, day: datetime.date) -> bool:
        """Whether nothing is upgraded on that day."""
        return self.from_ <= day <= self.to


Minor = Annotated[str, Field(pattern=r"^1\.[0-9]{1,3}$")]
"""A Kubernetes minor, such as `1.36`. In YAML it needs quotes: 1.30 would be the number 1.3."""


class Upgrades(Settings):
    """How a cluster gets new versions of Kubernetes and of its nodes."""

    channel: Channel = Channel.REGULAR
    """How soon a new Kubernetes minor is taken."""
    version: Minor | None = None
    """Holds the cluster at one minor, whatever the channel says. It must still be supported."""
    window: Window = Field(default_factory=Window)
    """When the cloud may upgrade by itself."""
    freezes: Annotated[tuple[Freeze, ...], Field(max_length=MOST_FREEZES)] = ()
    """When nothing is upgraded."""
    surge: Annotated[int, Field(ge=1, le=100, strict=True)] = 33
    """Nodes of a pool that are replaced at the same time, in percent."""
    soak_minutes: Annotated[int, Field(ge=0, le=30, strict=True)] = 10
    """How long a replaced node is watched before the next one goes, where the cloud can wait."""
    drain_minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] = 30
    """How long a node's pods have to leave, where the cloud can be told."""

    def frozen_since(self, day: datetime.date) -> datetime.date | None:
        """Return the first day of the freeze that covers the day, if one does."""
        return min((freeze.from_ for freeze in self.freezes if freeze.covers(day)), default=None)


class Release(Settings):
    """One Kubernetes minor as a cloud offers it."""

    version: Minor
    """Its number."""
    released: datetime.date
    """Day on which the cloud offered it first."""
    standard_support_ends: datetime.date
    """Last day of ordinary support; after it the cloud upgrades by force or charges more."""
    extended_support_ends: datetime.date | None = None
    """Last day of support at an extra price, where there is one."""

    def declared(self, upgrades: Upgrades) -> dict[str, Any]:
        """Return the settings as in a stack file, with the minor that they resolve to and the end of its support."""
        resolved = {"version": self.version, "supportEnds": f"{self.standard_support_ends}"}
        return {**upgrades.model_dump(mode="json", by_alias=True), **resolved}


class Releases(Settings):
    """The minors of a cloud, as they were on a day: `<cloud>/versions.yaml`."""

    read: datetime.date
    """Day on which the table was read from its source."""
    releases: tuple[Release, ...] = Field(min_length=1)
    """Every minor in standard support that day, newest first."""
    channels: dict[Channel, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Days after the release at which a channel takes it, where the cloud has no channels of its own."""

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        raise_all(list(self._problems()))
        return self

    def _problems(self) -> Iterator[str]:
        numbers = [minor_number(release.version) for release in self.releases]
        if numbers != sorted(set(numbers), reverse=True):
            yield "releases: put the newest first, each once"

    def resolve(self, upgrades: Upgrades, today: datetime.date) -> Release:
        """Return the release of a cluster on a cloud without channels.

        The channel is read as of the day of the table, and during a freeze as of the day before it: so a
        version only changes with a commit, and never inside a freeze. Raises `ValueError` for a pinned
        version that is not in standard support.
        """
        supported = [each for each in self.releases if each.standard_support_ends >= today]
        if upgrades.version is not None:
            for release in supported:
                if release.version == upgrades.version:
                    return release
            known = ", ".join(each.version for each in supported) or "none; update the table"
            raise ValueError(f"Kubernetes {upgrades.version} is not in standard support; supported: {known}")
        frozen = upgrades.frozen_since(today)
        as_of = min(self.read, frozen) if frozen else self.read
        lag = datetime.timedelta(days=self.channels[upgrades.channel])
        ripe = [each for each in supported if each.released + lag <= as_of]
        if not supported:
            raise ValueError(f"the table of versions, read on {self.read}, has no supported release; update it")
        return ripe[0] if ripe else supported[-1]


def minor_number(version: str) -> int:
    """Return 36 of `1.36`, which sorts where the text doesn't."""
    return int(re.sub(r"^1\.", "", version))


@functools.cache
def read_releases(file: Path) -> Releases:
    """Return the releases of a cloud's `versions.yaml`; its other keys are the cloud's own."""
    content = cast("dict[str, Any]", data_file.read(file))
    return Releases.model_validate({key: content[key] for key in ("read", "releases", "channels") if key in content})


@dataclass(frozen=True)
class ReleaseTable:
    """The minors of one cloud, by its `versions.yaml`."""

    file: Path
    """The file, which is read when it is first asked for."""

    def release(self, upgrades: Upgrades) -> Release:
        """Return the minor that the settings resolve to today; raises `ValueError` where it is not supported."""
        return read_releases(self.file).resolve(upgrades, clock.today())

    def problems(self, upgrades: Upgrades) -> Iterator[str]:
        """Yield what is wrong with the version that the settings ask for."""
        try:
            self.release(upgrades)
        except ValueError as error:
            yield f"upgrades.version: {error}"
