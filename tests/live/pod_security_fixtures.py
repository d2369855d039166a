"""The official fixtures of the Pod Security Standards, from the Go module that the API server is built of."""

import functools
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.workspace import REPOSITORY

MODULE = "k8s.io/pod-security-admission"
FRAMEWORK = REPOSITORY / "policies" / "frameworks" / "pod-security-v1.37.yaml"
LEVELS = ("baseline", "restricted")


@dataclass(frozen=True, eq=False)
class Fixture:
    name: str
    """`restricted/v1.37/fail/privileged0`."""
    level: str
    allowed: bool
    pod: dict[str, Any]


@functools.cache
def module() -> Path:
    """Return the folder of the module, downloaded by the Go proxy's own client where it is missing."""
    run = subprocess.run(
        ["go", "mod", "download", "-json", MODULE],
        cwd=REPOSITORY / "local" / "go" / "control_plane",
        capture_output=True,
        check=True,
    )
    return Path(json.loads(run.stdout)["Dir"])


def fixtures(minor: str, level: str) -> Iterator[Fixture]:
    for verdict in ("pass", "fail"):
        folder = module() / "test" / "testdata" / level / f"v{minor}" / verdict
        for file in sorted(folder.glob("*.yaml")):
            pod = yaml.safe_load(file.read_text(encoding="utf-8"))
            # The fixtures were never meant to be stored: some have names that the API server refuses.
            pod["metadata"]["name"] = pod["metadata"]["name"].replace("_", "-")
            yield Fixture(f"{level}/v{minor}/{verdict}/{file.stem}", level, verdict == "pass", pod)


def controls_of(level: str) -> list[str]:
    """Return the ids of the controls that make up a level, as the framework's file has them."""
    asked = LEVELS[: LEVELS.index(level) + 1]
    requirements = yaml.safe_load(FRAMEWORK.read_text(encoding="utf-8"))["requirements"]
    return sorted({control for each in requirements if each["level"] in asked for control in each["controls"]})
