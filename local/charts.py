"""`python -m local charts`: fill the chart cache with the pinned charts, and have a Helm to render them.

A chart comes from its publisher, verified by the pinned sum; from the Go module of its project, which Go verifies
against the public checksum database and this module against the pin; or from a commit, which Git verifies.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from components.errors import UserError
from components.platform import chart_cache, versions

from . import console, download
from .recipes import HELM
from .tools import Toolbox

_CHART = "Chart.yaml"
_LOCKS = ("Chart.lock", "requirements.lock")
_REQUIREMENTS = "requirements.yaml"
_BESIDE = "file://"
"""How a chart names one of its project that it is built from."""


def provide(tools: Toolbox, names: Sequence[str] | None = None) -> None:
    """Have pinned charts whose sum is known in the cache, all or those named, and Helm where the components look.

    A chart that can be had from nowhere keeps no other one away. Raises `UserError` at the end where there was one,
    and at once where a chart is not what its pin says.
    """
    provide_helm(tools)
    absent = [problem for name in names or versions.charts() if (problem := obtain(name))]
    if absent:
        raise UserError("\n".join(absent))


def obtain(name: str) -> str | None:
    """Have a chart in the cache where its sum is known; return why it can be had from nowhere, None where it can."""
    pin = versions.charts()[name]
    if not pin.sums:
        console.step(f"{name} {pin.version}: no sum is known, so it is not obtained and stays unknown to policies")
        return None
    if chart_cache.archive(pin.sums):
        console.step(f"{name} {pin.version}: there")
        return None
    return _obtain(name, pin)


def provide_helm(tools: Toolbox) -> None:
    """Have Helm where the components look for it."""
    if chart_cache.helm() is None:
        link = chart_cache.folder() / "bin" / chart_cache.HELM
        link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(tools.path(HELM))


def _obtain(name: str, pin: versions.ChartPin) -> str | None:
    reasons: list[str] = []
    for way in pin.archives:
        if way.sha256 is None:
            continue
        target = chart_cache.archive_path(way.sha256)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            if isinstance(way, versions.Download):
                download.fetch(download.Download(url=way.url, sha256=way.sha256), target)
                console.step(f"{name} {pin.version}: downloaded")
            elif isinstance(way, versions.GoModule):
                _keep(name, way, pack(name, pin, way, _module_folder(way)), target)
                console.step(f"{name} {pin.version}: packed from its Go module")
            else:
                with tempfile.TemporaryDirectory() as folder:
                    _check_out(way, Path(folder))
                    _keep(name, way, pack(name, pin, way, Path(folder)), target)
                console.step(f"{name} {pin.version}: packed from its commit")
        except download.UnreachableError as problem:
            reasons.append(str(problem))
        else:
            return None
    return f"the chart {name} can be had from nowhere: {'; '.join(reasons)}"


def _keep(name: str, way: versions.Sources, packed: bytes, target: Path) -> None:
    if (found := hashlib.sha256(packed).hexdigest()) != way.sha256:
        raise UserError(
            f"the chart {name}, packed from its sources, has the SHA-256 {found}, pinned is {way.sha256}.\n"
            "It is not used. Where this toolkit packs in another way than before, pin the new sum in versions.yaml."
        )
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(packed)
    Path(file.name).replace(target)


def _module_folder(way: versions.GoModule) -> Path:
    """Return the folder of the module; Go has compared it with the public checksum database."""
    with tempfile.TemporaryDirectory() as empty:
        answer = subprocess.run(
            ["go", "mod", "download", "-json", f"{way.go_module}@{way.version}"],
            cwd=empty,
            env={**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off"},
            capture_output=True,
            text=True,
            check=False,
        )
    told = json.loads(answer.stdout or "{}")
    if answer.returncode != 0 or "Dir" not in told:
        raise download.UnreachableError(f"{way.go_module}: {told.get('Error') or answer.stderr.strip()[:300]}")
    if told["Sum"] != way.sum:
        raise UserError(f"the Go module {way.go_module} has the sum {told['Sum']}, pinned is {way.sum}; it is not used")
    return Path(told["Dir"])


def _check_out(way: versions.GitCommit, folder: Path) -> None:
    """Have the files of the commit in the folder, and nothing of what came before it."""
    steps = (
        ("init", "--quiet"),
        ("fetch", "--quiet", "--depth=1", way.repository, way.commit),
        ("checkout", "--quiet", way.commit),
    )
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    for step in steps:
        answer = subprocess.run(
            ["git", "-C", str(folder), *step], env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode != 0:
            raise download.UnreachableError(f"{way.repository}: {answer.stderr.strip()[:300]}")


def pack(name: str, pin: versions.ChartPin, way: versions.Sources, root: Path) -> bytes:
    """Return a tar of a chart's sources, below `root`, that is the same byte for byte on every machine.

    Uncompressed, as compressors differ. Version and appVersion are set as the project's release does; files that
    the pin names and charts of the project beside this one are added, and charts that the pin leaves out are no longer
    dependencies. A folder of definitions that is no chart becomes one of these alone.
    """
    folder = root / way.folder
    files = _files(folder)
    for part, beside in _beside(files):
        files |= {f"charts/{part}/{path}": content for path, content in _files(folder / beside).items()}
    if _CHART not in files:
        files = {f"crds/{path}": content for path, content in files.items()}
        files[_CHART] = json.dumps({"apiVersion": "v2", "name": name}).encode()
    files |= {path: (root / source).read_bytes() for source, path in way.with_files.items()}
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, content in sorted(files.items()):
            if path.rpartition("/")[2] in _LOCKS:
                continue  # it locks dependencies, which this archive holds or leaves out
            if path == _CHART:
                content = _described(content, pin, way)
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return result.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    """Return what the files below a folder hold, by their path in it."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _beside(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return the name of each chart of the same project that this one is built from, and where it is, seen from it."""
    named = [yaml.safe_load(files[path]) for path in (_CHART, _REQUIREMENTS) if path in files]
    return [
        (each["name"], each["repository"].removeprefix(_BESIDE))
        for chart in named
        for each in chart.get("dependencies", ())
        if each.get("repository", "").startswith(_BESIDE)
    ]


def _described(content: bytes, pin: versions.ChartPin, way: versions.Sources) -> bytes:
    chart = yaml.safe_load(content)
    kept = [each for each in chart.pop("dependencies", ()) if each["name"] not in way.without_dependencies]
    described = {**chart, "version": pin.version, "appVersion": pin.app_version}
    return json.dumps({**described, **({"dependencies": kept} if kept else {})}, sort_keys=True, indent=2).encode()
