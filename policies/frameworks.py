"""Benchmarks as data: which controls answer a requirement, and which requirements nothing answers.

The files `policies/frameworks/<benchmark>-<version>.yaml` are written by hand. Ids drift between the
versions of a benchmark and between the tools that check it, so each file names its version and its source.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, model_validator

from components import data_file
from components.model import Settings

FOLDER = Path(__file__).parent / "frameworks"


class Status(StrEnum):
    """Who answers a requirement."""

    CONTROLS = "controls"
    """Controls of this catalogue, wholly or as far as the note says."""
    GAP = "gap"
    """Nothing here; the note says what would be needed or what comes close."""
    PROVIDER_MANAGED = "provider-managed"
    """The cloud provider; its customers can't change it."""
    MANUAL = "manual"
    """A person: it is a matter of process or judgement, which no property of an object shows."""


class Requirement(Settings):
    """One requirement of a benchmark, its title in our own words."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=10)
    level: str | None = None
    """Part or level of the benchmark that the requirement belongs to, where there are several."""
    status: Status = Status.CONTROLS
    controls: tuple[str, ...] = ()
    """Ids of the controls."""
    note: str | None = Field(default=None, pattern=r"\.$")
    """What is covered only in part, or who answers instead; ends with a period."""

    @model_validator(mode="after")
    def _status_and_controls_agree(self) -> "Requirement":
        if (self.status is Status.CONTROLS) is not bool(self.controls):
            raise ValueError("a requirement names controls where its status is 'controls', and only there")
        if self.status is Status.GAP and not self.note:
            raise ValueError("a gap says in its note what would be needed")
        return self


class Framework(Settings):
    """A version of a benchmark."""

    benchmark: str
    version: str
    source: str = Field(pattern=r"^https://")
    """Where the requirements are, and whose ids they have."""
    left_out: str | None = Field(default=None, alias="leftOut", pattern=r"\.$")
    """Requirements of the benchmark that the file does not list, and why; ends with a period."""
    requirements: tuple[Requirement, ...] = Field(min_length=1)


def load(controls: Collection[str], folder: Path = FOLDER) -> tuple[Framework, ...]:
    """Return every framework, sorted by file name; `controls` are the ids that exist.

    Raises `ValueError` naming the file for an unknown key, a wrong value, a requirement that is there twice,
    a control that does not exist and a file name that does not end with the version.
    """
    return tuple(_read(file, controls) for file in sorted(folder.glob("*.yaml")))


def _read(file: Path, controls: Collection[str]) -> Framework:
    try:
        framework = Framework.model_validate(data_file.read(file))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{file}: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        raise ValueError("\n".join(f"{file}: {line}" for line in _explained(error))) from None
    if problems := list(_problems(file, framework, controls)):
        raise ValueError("\n".join(f"{file}: {problem}" for problem in problems))
    return framework


def _explained(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        path = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        yield f"{path}: {message}" if path else message


def _problems(file: Path, framework: Framework, controls: Collection[str]) -> Iterator[str]:
    if not file.stem.endswith(framework.version):
        yield f"the version is {framework.version}, and the file's name must end with it"
    for requirement_id, count in Counter(each.id for each in framework.requirements).items():
        if count > 1:
            yield f"{requirement_id} is there {count} times"
    for requirement in framework.requirements:
        for control in requirement.controls:
            if control not in controls:
                yield f"{requirement.id}: {control!r} is no control; see policies/README.md for the ids"
        if len(set(requirement.controls)) < len(requirement.controls):
            yield f"{requirement.id}: names a control twice"
