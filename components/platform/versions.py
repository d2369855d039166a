"""The pins of charts and images, read from `versions.yaml`."""

import datetime
import functools
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from .. import yaml_file
from ..model import Settings
from ..settings_errors import explain

FILE = Path(__file__).with_name("versions.yaml")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 sum in hexadecimal."""


class Download(Settings):
    """A chart's archive at its publisher's."""

    url: Annotated[str, Field(pattern=r"^https://\S+\.tgz$")]
    """Address of the archive."""
    sha256: Sha256 | None
    """Sum of the archive; None where it is not known, and then it is never opened."""


class Sources(Settings):
    """A chart's sources in its project's, packed by `local/charts.py`."""

    folder: Annotated[str, Field(min_length=1)]
    """The chart's folder in the project."""
    sha256: Sha256 | None
    """Sum of the tar that is packed; None where it is not known, and then it is never opened."""
    with_files: dict[str, str] = Field(default_factory=dict)
    """Files of the project beside the folder, and where in the chart the project's own release puts them."""
    without_dependencies: tuple[str, ...] = ()
    """Charts that this one would pull in and that its values leave off."""


class GoModule(Sources):
    """Sources in the Go module of the project."""

    go_module: Annotated[str, Field(min_length=3)]
    """Path of the module."""
    version: Annotated[str, Field(pattern=r"^v\d")]
    """Version of the module."""
    sum: Annotated[str, Field(pattern=r"^h1:[A-Za-z0-9+/]{43}=$")]
    """The module's sum, as in go.sum."""


class GitCommit(Sources):
    """Sources at a commit of the project's repository."""

    repository: Annotated[str, Field(pattern=r"^https://\S+$")]
    """Address of the repository."""
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    """The commit; Git verifies what it holds."""


class ImagePin(Settings):
    """An image that a chart runs."""

    repository: str
    """Registry and name."""
    tag: str
    """Tag, for people to read."""
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None
    """Digest of the multi-platform index; None where it is not known."""


class ChartPin(Settings):
    """One release of one chart."""

    version: str
    """Version of the chart."""
    app_version: str
    """Version of what it installs."""
    read: datetime.date
    """Day on which the pins were read."""
    source: str
    """Where the pins came from."""
    archives: tuple[Download | GoModule | GitCommit, ...] = Field(min_length=1)
    """Where the chart can be had."""
    images: dict[str, ImagePin] = Field(default_factory=dict)
    """Images that it runs, by a short name."""

    @property
    def sums(self) -> tuple[str, ...]:
        """Sums of the archives that may be opened."""
        return tuple(each.sha256 for each in self.archives if each.sha256)


class VersionsFile(Settings):
    """`versions.yaml`."""

    charts: dict[str, ChartPin]
    """Charts by name."""


@functools.cache
def charts() -> dict[str, ChartPin]:
    """Return every pinned chart by name; raises `ValueError` with all that is wrong in the file."""
    raw = yaml_file.read(FILE, "components/platform/versions.yaml")
    try:
        return VersionsFile.model_validate(raw).charts
    except ValidationError as error:
        raise ValueError(explain(VersionsFile, raw, error, source=FILE.name, prefix="")) from None
