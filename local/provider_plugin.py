"""Which `kubernetes` provider the engine gets: the official one where it can be had, or the stand-in.

Both lie in the engine's plugin folder, where it takes the one of the version that the Python package asks
for; one on PATH it would name in a warning at every run.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from . import console
from .download import reachable

_PACKAGE = "kubernetes"
_PLUGIN = f"pulumi-resource-{_PACKAGE}"
_HOST = "get.pulumi.com"
_STAND_INS = Path(__file__).resolve().parent / "providers" / "bin"
_STAND_IN = _STAND_INS / _PLUGIN


def provide(engine: Path, environment: Mapping[str, str]) -> None:
    """See to it that the engine finds a `kubernetes` provider; says in one line when it is the stand-in.

    `environment` is the engine's, with its PULUMI_HOME. A provider on PATH is the user's choice and stays.
    """
    if shutil.which(_PLUGIN, path=environment["PATH"]):
        return
    version, folder = _folder(_PACKAGE)
    plugin = Path(environment["PULUMI_HOME"]) / folder / _PLUGIN
    users = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / folder / _PLUGIN
    if plugin.resolve() == _STAND_IN:
        # Not left in place, as the engine would take it for the official one and install nothing.
        plugin.unlink()
        plugin.parent.rmdir()
    if plugin.exists():
        return
    if users.exists():
        _link(plugin, users)
    elif not _installed(engine, environment, version):
        console.step(f"using the stand-in kubernetes provider: the official one cannot be had from {_HOST}")
        _link(plugin, _STAND_IN)


def link_stand_in(environment: Mapping[str, str], package: str) -> None:
    """Give the engine the stand-in of a package (`aws`), whatever else could be had: nothing reaches a real cloud."""
    name = f"pulumi-resource-{package}"
    plugin = Path(environment["PULUMI_HOME"]) / _folder(package)[1] / name
    if not plugin.exists():
        _link(plugin, _STAND_INS / name)


def _folder(package: str) -> tuple[str, str]:
    """Return the version of a provider that its Python package asks for, and where the engine looks for it."""
    version = metadata.version(f"pulumi-{package}")
    return version, f"plugins/resource-{package}-v{version}"


def _link(plugin: Path, target: Path) -> None:
    plugin.parent.mkdir(parents=True, exist_ok=True)
    plugin.symlink_to(target)


def _installed(engine: Path, environment: Mapping[str, str], version: str) -> bool:
    if not reachable(_HOST, 443):
        return False
    with console.progress(f"installing the kubernetes provider {version}"):
        answer = subprocess.run(
            [engine, "plugin", "install", "resource", "kubernetes", version, "--non-interactive"],
            env=dict(environment),
            capture_output=True,
            check=False,
        )
    return answer.returncode == 0
