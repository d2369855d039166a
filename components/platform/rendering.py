"""Renders a chart by the real `helm template`: a verified archive and plain values in, plain objects out.

Nothing of the user's Helm (plugins, repositories, registries) takes part, and no cluster is asked.
"""

import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from ..errors import UserError
from . import chart_cache

_LONGEST_SECONDS = 120
_FILL = "Run `python -m local charts`, which fills the chart cache of this machine, and again."


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is rendered, beside the chart itself."""

    name: str
    """Name of the Helm release; prefix of most objects."""
    namespace: str
    """Namespace that the chart installs into."""
    values: Mapping[str, Any]
    """Values of the chart, plain."""
    kubernetes: str
    """Kubernetes minor, such as `1.36`."""
    api_versions: tuple[str, ...] = ()
    """APIs beside Kubernetes' own that the chart finds in the cluster, such as `cert-manager.io/v1`."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What came out."""

    sha256: str
    """Sum of the archive."""
    objects: tuple[Mapping[str, Any], ...]
    """Objects in the order of the chart; hooks are among them."""


def render(chart: str, sums: tuple[str, ...], release: Release) -> Rendered | None:
    """Return the chart's objects; None where the cache has neither them nor archive and Helm.

    Raises `UserError` where an archive was changed, or Helm refuses the values.
    """
    found = chart_cache.archive(sums)
    for sha256 in [found[0]] if found else sums:
        kept = _kept(_recipe(sha256, release))
        if kept is not None:
            return Rendered(sha256=sha256, objects=kept)
    helm = chart_cache.helm()
    if found is None or helm is None:
        return None
    sha256, archive = found
    objects = _run(helm, chart, archive, release)
    _keep(_recipe(sha256, release), objects)
    return Rendered(sha256=sha256, objects=objects)


def missing(chart: str, sums: tuple[str, ...]) -> str | None:
    """Return why the chart can't be rendered on this machine and what to do; None where it can."""
    if not sums:
        return f"the chart {chart} has no archive whose sum is known, so it is never opened; pin one in versions.yaml"
    if chart_cache.archive(sums) is None:
        return f"the chart {chart} isn't in the chart cache.\n{_FILL}"
    if chart_cache.helm() is None:
        return f"there is no helm to render the chart {chart} with.\n{_FILL}"
    return None


def _recipe(sha256: str, release: Release) -> dict[str, Any]:
    return {
        "archive": sha256,
        "name": release.name,
        "namespace": release.namespace,
        "values": release.values,
        "kubernetes": release.kubernetes,
        "apis": release.api_versions,
    }


def _kept(recipe: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...] | None:
    path = chart_cache.rendered_path(recipe)
    return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _keep(recipe: Mapping[str, Any], objects: tuple[Mapping[str, Any], ...]) -> None:
    """Keep what was rendered; a run beside this one keeps the same, so the last one may win."""
    path = chart_cache.rendered_path(recipe)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(objects, file)
    Path(file.name).replace(path)


def _run(helm: str, chart: str, archive: Path, release: Release) -> tuple[Mapping[str, Any], ...]:
    with tempfile.TemporaryDirectory(prefix="secure-clusters-chart-") as name:
        work = Path(name)
        with tarfile.open(archive) as tar:
            tar.extractall(work / "chart", filter="data")
        values = work / "values.json"
        values.write_text(json.dumps(release.values), encoding="utf-8")
        command = [helm, "template", release.name, str(work / "chart" / chart), "--namespace", release.namespace]
        command += ["--values", str(values), "--kube-version", release.kubernetes, "--include-crds", "--skip-tests"]
        command += [f"--api-versions={each}" for each in release.api_versions]
        answer = subprocess.run(
            command, env=_environment(work), capture_output=True, text=True, check=False, timeout=_LONGEST_SECONDS
        )
    if answer.returncode != 0:
        raise UserError(f"helm refuses the chart {chart}: {' '.join(answer.stderr.split())[-500:]}")
    return tuple(_objects(answer.stdout))


def _environment(work: Path) -> dict[str, str]:
    """Return an environment in which Helm finds nothing of the user's and no cluster."""
    own = {f"HELM_{kind}_HOME": str(work / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    return {**own, "HOME": str(work), "PATH": os.environ.get("PATH", os.defpath), "KUBECONFIG": os.devnull}


def _objects(text: str) -> list[Mapping[str, Any]]:
    """Return the documents as plain JSON values: what YAML reads as a date, a chart means as text."""
    documents = [each for each in yaml.load_all(text, _Loader) if each]
    return [cast("Mapping[str, Any]", each) for each in documents]


class _Loader(yaml.SafeLoader):
    """A safe loader that leaves timestamps text, as Kubernetes does."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
