"""A stand-in cloud for the real engine: strict on what it is given, with nothing behind it."""

from pathlib import Path
from typing import Any

import yaml

from local import provider_plugin
from local.engine import Engine
from local.recipes import ENGINE
from local.tools import Toolbox
from local.workspace import Workspace


def engine(root: Path, tools: Toolbox, *packages: str) -> Engine:
    """Return a quiet engine with a backend of its own, and the stand-ins for the packages."""
    made = Engine(Workspace(root=root, state=root / ".local"), tools, quiet=True)
    tools.obtain(ENGINE)
    for package in packages:
        provider_plugin.link_stand_in(made.environment, package)
    return made


def write_program(root: Path, program: str, config: dict[str, Any]) -> None:
    """Write a project with one stack, `local`."""
    (root / "stacks").mkdir(parents=True, exist_ok=True)
    (root / "Pulumi.yaml").write_text("name: cloud-trial\nruntime: python\nstackConfigDir: stacks\n")
    (root / "__main__.py").write_text(program)
    write_config(root, config)


def write_config(root: Path, config: dict[str, Any]) -> None:
    """Write the configuration of the project's stack."""
    (root / "stacks" / "Pulumi.local.yaml").write_text(yaml.safe_dump({"config": config}))
