"""A copy of this repository's program with a stack file of a test's own, applied by the real engine."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from local.engine import Engine
from local.tools import Toolbox
from local.workspace import REPOSITORY, Workspace

LIBRARIES = ("components", "policies")
PROGRAM = ("Pulumi.yaml", "__main__.py", *LIBRARIES)


def copy(root: Path, parts: Sequence[str] = PROGRAM) -> None:
    """Copy parts of this repository to a new project, which has a folder for stack files."""
    (root / "stacks").mkdir(parents=True)
    for name in parts:
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)


def make(root: Path, stacks: dict[str, dict[str, Any]], kubeconfig: Path) -> Path:
    """Copy the program to `root` with the given stacks; their cluster is the one of the kubeconfig."""
    copy(root)
    for name, settings in stacks.items():
        config = {"owner": "test-team", **settings}
        if "clusterStack" not in settings:
            config |= {
                "cluster": {"kind": "existing", "identifier": "test", "networkPolicyEngine": "no-nodes"},
                "kubeconfig": {"from": "file", "path": str(kubeconfig)},
                "admission": {
                    "deployers": {"groups": ["system:masters"]},
                    "parameters": {"allowedRegistries": ["registry.example"]},
                },
            }
        content = {"config": {f"secure-clusters:{key}": value for key, value in config.items()}}
        (root / "stacks" / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(content))
    (root / "stacks" / "waivers.yaml").write_text("waivers: []\n")
    return root


def engine(root: Path, tools: Toolbox) -> Engine:
    """Return a quiet engine for the project, with a backend of its own."""
    return Engine(Workspace(root=root, state=root / ".local"), tools, quiet=True)
