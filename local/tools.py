"""Finds or obtains the programs that the local environment runs.

In this order: PATH where its version will do, the cache, the official download where its publisher can be
reached, the build from Go modules. The cache lies outside the repository and is shared by all clones.
"""

import hashlib
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from components.cache import cache_folder
from components.errors import UserError

from . import console, download, locks
from .recipes import Recipe, all_recipes


class Source(StrEnum):
    """Where a tool came from."""

    PATH = "PATH"
    DOWNLOAD = "official download"
    BUILD = "built from Go modules"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A program that is ready to run."""

    name: str
    version: str
    path: Path
    source: Source


class Tools(Protocol):
    """Where programs come from: a `Toolbox`, or what stands for one in a test."""

    def path(self, name: str) -> Path:
        """Return the path of a tool, obtaining it where it is missing."""
        ...

    def obtain(self, name: str) -> Tool:
        """Return a tool, obtaining it where it is missing."""
        ...


@dataclass(kw_only=True)
class Toolbox:
    """All tools of this machine; what was found is remembered for the life of the object."""

    cache: Path = field(default_factory=cache_folder)
    search_path: str | None = None
    """Folders to search instead of PATH; for tests."""
    recipes: Mapping[str, Recipe] = field(default_factory=all_recipes)
    _found: dict[str, Tool] = field(default_factory=dict, init=False)

    def path(self, name: str) -> Path:
        """Return the path of a tool, obtaining it where it is missing."""
        return self.obtain(name).path

    def obtain(self, name: str) -> Tool:
        """Return a tool; raises `UserError` where there is no way to it."""
        if name not in self._found:
            self._found[name] = self._obtain(self.recipes[name])
        return self._found[name]

    def installed(self, name: str) -> Tool | None:
        """Return a tool that needs neither download nor build; None where there is none."""
        recipe = self.recipes[name]
        return self._on_path(recipe, say=lambda _: None) or self._cached(recipe)

    def _obtain(self, recipe: Recipe) -> Tool:
        if tool := self._on_path(recipe, say=console.step) or self._cached(recipe):
            return tool
        try:
            return self._install(recipe)
        except OSError as problem:
            raise UserError(
                f"cannot write to the tool cache {self.cache}: {problem.strerror or problem}.\n"
                "Make room and make it writable, or set SECURE_CLUSTERS_CACHE to another folder."
            ) from problem

    def _on_path(self, recipe: Recipe, *, say: Callable[[str], None]) -> Tool | None:
        found = shutil.which(recipe.name, path=self.search_path)
        if found is None:
            return None
        version = _version_of(found, recipe)
        if version is None:
            say(f"not using {found}: it does not tell its version")
            return None
        if not recipe.acceptable(tuple(int(part) for part in version.split("."))):
            say(f"not using {found}: it is version {version}, and {recipe.wanted} is needed")
            return None
        for folder in dict.fromkeys((Path(found).parent, Path(found).resolve().parent)):
            missing = [name for name in recipe.beside if not (folder / name).exists()]
            if not missing:
                return Tool(name=recipe.name, version=version, path=folder / recipe.name, source=Source.PATH)
        say(f"not using {found}: {recipe.beside[-1]} is not beside it")
        return None

    def _cached(self, recipe: Recipe) -> Tool | None:
        for source, version, folder in self._places(recipe):
            if (folder / recipe.name).exists():
                return Tool(name=recipe.name, version=version, path=folder / recipe.name, source=source)
        return None

    def _places(self, recipe: Recipe) -> list[tuple[Source, str, Path]]:
        """Return where a download and a build of the tool lie in the cache."""
        ways = [(Source.BUILD, recipe.build_version, recipe.build.recipe)]
        if recipe.download:
            ways.insert(0, (Source.DOWNLOAD, recipe.download_version, recipe.download.url))
        return [
            (source, version, self.cache / "tools" / f"{recipe.name}-{version}-{_short_checksum(text)}")
            for source, version, text in ways
        ]

    def _install(self, recipe: Recipe) -> Tool:
        folder = self.cache / "tools"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locks.exclusive(folder / ".lock", waiting_for="another run that is obtaining tools"):
            if tool := self._cached(recipe):
                return tool
            for source, version, place in self._places(recipe):
                # Under the lock nobody else works here: what is left was left by a killed run.
                unfinished = folder / f".unfinished-{place.name}"
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                try:
                    _make(recipe, source, unfinished)
                    unfinished.replace(place)
                except download.UnreachableError as problem:
                    console.step(f"no download of {recipe.name}: {problem}")
                    continue
                finally:
                    shutil.rmtree(unfinished, ignore_errors=True)
                return Tool(name=recipe.name, version=version, path=place / recipe.name, source=source)
        raise AssertionError("the build is always one of the ways, and it returns or raises")


def _make(recipe: Recipe, source: Source, folder: Path) -> None:
    if source is Source.BUILD or recipe.download is None:
        recipe.build.build(recipe.name, folder)
        return
    target = folder / recipe.download.file_name
    download.fetch(recipe.download, target)
    if target.name != recipe.name:
        _unpack(target, folder)
        target.unlink()
    (folder / recipe.name).chmod(0o755)


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack a tarball, leaving out the folder that everything in it lies in."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            member.name = member.name.partition("/")[2]
            if member.name:
                tar.extract(member, folder, filter="data")


def _version_of(program: str, recipe: Recipe) -> str | None:
    try:
        answer = subprocess.run(
            [program, *recipe.version_arguments], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\d+\.\d+\.\d+", answer.stdout)
    return match[0] if match else None


def _short_checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
