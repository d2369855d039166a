"""Stack files: the tracked ones under `stacks/`, and the private copies that the engine writes its salt into."""

from pathlib import Path
from typing import Any

import yaml

from components import yaml_file
from components.errors import UserError

from .workspace import Workspace, write_private

_SALT = "encryptionsalt"
_KUBECONFIG = "secure-clusters:kubeconfig"
_CLUSTER_STACK = "secure-clusters:clusterStack"
_DEFAULT_KUBECONFIG = ".local/kubeconfig"


def source(workspace: Workspace, stack: str) -> Path:
    """Return the tracked file of a local stack.

    Raises `UserError` for a stack that is not for this machine and for one without a file.
    """
    if stack != "local" and not stack.startswith("local-"):
        raise UserError(
            f"{stack} is not a stack for this machine: those are named `local` or `local-...`.\n"
            f"Run `pulumi up --stack {stack} --policy-pack policies` for it."
        )
    folder = workspace.root / "stacks"
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = sorted(file.name.split(".")[1] for file in folder.glob("Pulumi.local*.yaml"))
        raise UserError(f"there is no stack file {path}.\nLocal stacks: {', '.join(known) or 'none'}.")
    return path


def copy(workspace: Workspace, stack: str) -> Path:
    """Write the private copy of a stack file and return its path; the salt in an earlier copy is kept.

    A kubeconfig at its usual place is looked for where this workspace has it. Raises `UserError` where
    the file is not YAML.
    """
    tracked = source(workspace, stack)
    content = _read(tracked)
    target = private(workspace, stack)
    if target.exists() and _SALT not in content and (salt := _read(target).get(_SALT)):
        content[_SALT] = salt
    kubeconfig = (content.get("config") or {}).get(_KUBECONFIG)
    if isinstance(kubeconfig, dict) and kubeconfig.get("path") == _DEFAULT_KUBECONFIG:
        kubeconfig["path"] = _relative(workspace.kubeconfig, workspace.root)
    write_private(target, yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode())
    return target


def private(workspace: Workspace, stack: str) -> Path:
    """Return the path of the private copy, whether or not it is there."""
    return workspace.folder("config") / f"Pulumi.{stack}.yaml"


def refers_to_another_stack(workspace: Workspace, stack: str) -> bool:
    """Whether the stack, as it was applied, reads the outputs of a cluster stack."""
    applied = private(workspace, stack)
    return applied.exists() and bool((_read(applied).get("config") or {}).get(_CLUSTER_STACK))


def _read(path: Path) -> dict[str, Any]:
    content = yaml_file.read(path, f"{path.parent.name}/{path.name}") or {}
    if not isinstance(content, dict):
        raise UserError(f"{path} must hold a mapping with the key `config`.")
    return content


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
