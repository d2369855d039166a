"""Builds of tools from Go modules; the Go command verifies every module against go.sum."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from components.errors import UserError

from . import console
from .processes import last_lines

_FLAGS = ("-trimpath", "-buildvcs=false", "-mod=readonly")
# Without optimization the build takes little more than half the time. But not of Go's own library: the engine makes its
# key from the passphrase by a million hashes for every command, and packs, parses and collects garbage all along.
_COMPILER_FLAGS = ("-gcflags=all=-N -l", "-gcflags=std=")


@dataclass(frozen=True, kw_only=True)
class ExtraFile:
    """A file that a tool needs beside it and that lies in a Go module."""

    module_folder: Path
    """Folder of the go.mod that pins the module."""
    module: str
    path: str


@dataclass(frozen=True, kw_only=True)
class GoBuild:
    """How one tool is built."""

    module_folder: Path
    """Folder of go.mod and go.sum."""
    package: str
    link_variables: Mapping[str, str]
    """Variables that the linker sets, such as the version that the tool tells."""
    companions: Mapping[str, "GoBuild"] = field(default_factory=dict)
    """Programs that are built beside the tool, by name."""
    extra_files: Sequence[ExtraFile] = ()

    @property
    def recipe(self) -> str:
        """Everything that decides what comes out of the build, as text."""
        folders = [self.module_folder, *(extra.module_folder for extra in self.extra_files)]
        sums = [(folder / name).read_text() for folder in folders for name in ("go.mod", "go.sum")]
        sums += [file.read_text() for file in sorted(self.module_folder.glob("*.go"))]
        extras = [extra.path for extra in self.extra_files]
        companions = [companion.recipe for companion in self.companions.values()]
        own = [self.package, *_FLAGS, *_COMPILER_FLAGS, self._link_flags]
        return "\n".join([*own, *extras, *sums, *companions])

    @property
    def _link_flags(self) -> str:
        variables = [f"-X {name}={value}" for name, value in self.link_variables.items()]
        return " ".join(["-ldflags=-s -w", *variables])

    def build(self, name: str, folder: Path) -> None:
        """Build the tool as `folder/name`, with progress on the screen.

        Raises `UserError` where Go is missing, too old, cannot reach its module proxy or fails.
        """
        require_go(self.module_folder, name)
        log = folder / "build.log"
        with console.progress(f"building {name} from Go modules") as update:
            packages = _run_go(["list", "-deps", self.package], self.module_folder, log).splitlines()
            arguments = [*_FLAGS, *_COMPILER_FLAGS, self._link_flags, "-v", "-o", str(folder / name), self.package]
            self._build_with_progress(["build", *arguments], log, update, len(packages))
        for extra in self.extra_files:
            _copy_extra(extra, folder, log)
        log.unlink()
        for companion, build in self.companions.items():
            build.build(companion, folder)

    def _build_with_progress(self, arguments: list[str], log: Path, update: Callable[[str], None], total: int) -> None:
        """Run go build; it prints the name of each package that it compiles, and nothing for cached ones."""
        compiled = 0
        with (
            log.open("w") as file,
            subprocess.Popen(
                ["go", *arguments],
                cwd=self.module_folder,
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as builder,
        ):
            for line in builder.stdout or ():
                file.write(line)
                compiled += not line.startswith("go: ")
                update(f"{compiled} packages compiled, at most {total}")
        if builder.returncode != 0:
            raise _build_error(log)


def require_go(module_folder: Path, name: str) -> None:
    """Raise `UserError` where there is no Go that can build the module."""
    needed = next(
        line.split()[1] for line in (module_folder / "go.mod").read_text().splitlines() if line.startswith("go ")
    )
    hint = f"Install Go {needed} or later (https://go.dev/dl), or put {name} on PATH."
    if shutil.which("go") is None:
        raise UserError(f"{name} has to be built and there is no Go on PATH.\n{hint}")
    answer = subprocess.run(
        ["go", "env", "GOVERSION"],
        cwd=module_folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise UserError(f"{name} has to be built and Go refuses: {answer.stderr.strip()[:300]}\n{hint}")


def _run_go(arguments: list[str], folder: Path, log: Path) -> str:
    with log.open("w") as errors:
        answer = subprocess.run(
            ["go", *arguments],
            cwd=folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
        )
    if answer.returncode != 0:
        raise _build_error(log)
    return answer.stdout


def _copy_extra(extra: ExtraFile, folder: Path, log: Path) -> None:
    _run_go(["mod", "download", extra.module], extra.module_folder, log)
    source = _run_go(["list", "-m", "-f", "{{.Dir}}", extra.module], extra.module_folder, log).strip()
    target = folder / Path(extra.path).name
    shutil.copyfile(Path(source) / extra.path, target)
    target.chmod(0o755)


def _environment() -> dict[str, str]:
    """Return the user's environment without what would change the build."""
    return {**os.environ, "GOFLAGS": "", "GOWORK": "off"}


def _build_error(log: Path) -> UserError:
    end = last_lines(log, count=1)
    if any(sign in log.read_text(errors="replace") for sign in ("dial tcp", "no such host", "i/o timeout")):
        return UserError(
            f"the Go modules cannot be downloaded: {end}\n"
            "Connect to the network (or set GOPROXY to a proxy that you reach) and try again."
        )
    return UserError(f"the build failed: {end}\nTry `go clean -cache` and again, or put the tool on PATH.")
