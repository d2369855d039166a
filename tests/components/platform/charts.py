"""A small chart for the tests: its archive in a cache of the test, and a helm that prints what it is told."""

import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platform import chart_cache, versions
from components.platform.rendering import Release

RELEASE = Release(name="small", namespace="platform-small", values={"a": 1}, kubernetes="1.36")


def deployment(**changes: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "main", "image": "registry.example/small@sha256:" + "a" * 64}], **changes}
    labels = {"app": "small"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "small"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }


def manifest(kind: str, name: str = "small", version: str = "v1", **fields: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **fields}


class Machine:
    """A machine's chart cache, with one pinned chart called `small`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(folder))
        monkeypatch.setenv("PATH", str(folder / "nothing"))
        monkeypatch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        self.archive = _archive()
        self.sha256 = hashlib.sha256(self.archive).hexdigest()
        self.pin = versions.ChartPin.model_validate(
            {
                "version": "v1.0.0",
                "appVersion": "v1",
                "read": "2026-11-24",
                "source": "the test",
                "archives": [{"url": "https://charts.example/small.tgz", "sha256": self.sha256}],
            }
        )
        monkeypatch.setattr(versions, "charts", lambda: {"small": self.pin})

    def without_sum(self) -> None:
        archives = tuple(each.model_copy(update={"sha256": None}) for each in self.pin.archives)
        self.pin = self.pin.model_copy(update={"archives": archives})

    def has_archive(self, content: bytes | None = None) -> Path:
        path = chart_cache.archive_path(self.sha256)
        path.parent.mkdir(parents=True)
        path.write_bytes(self.archive if content is None else content)
        return path

    def has_helm(self, objects: Sequence[dict[str, Any]], *, fails: bool = False) -> Path:
        """A helm that prints the objects, and writes its arguments into a file beside it."""
        program = chart_cache.folder() / "bin" / "helm"
        program.parent.mkdir(parents=True)
        (self.folder / "printed").write_text(yaml.safe_dump_all(objects))
        ending = "echo 'Error: no such value' >&2; exit 1" if fails else f"exec /bin/cat '{self.folder}/printed'"
        program.write_text(f"#!/bin/sh\necho \"$@\" >> '{self.folder}/asked'\n{ending}\n")
        program.chmod(0o755)
        return program

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()


def _archive() -> bytes:
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w:gz") as tar:
        content = b"{}"
        entry = tarfile.TarInfo("small/Chart.yaml")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return result.getvalue()
