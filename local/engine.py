"""Drives the Pulumi engine on the local backend; its state, keys and plugins stay in the workspace."""

import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from components.errors import UserError

from . import console, engine_locks, engine_orphans, locks, provider_plugin, stack_files
from .recipes import ENGINE
from .tools import Source, Tools
from .workspace import Workspace, write_private


class EngineRefusedError(Exception):
    """The engine ended with an error, which it has printed itself, or which is in `output`."""

    def __init__(self, operation: str, code: int, output: str = "") -> None:
        # The output is part of it: a quiet engine has shown it to nobody.
        super().__init__(f"pulumi {operation} ended with code {code}\n{output}".strip())
        self.output = output


class Engine:
    """The engine with the backend of one workspace.

    `quiet` keeps the engine's output from the screen; it is returned, or is in the error.
    """

    def __init__(self, workspace: Workspace, tools: Tools, *, quiet: bool = False) -> None:
        self.workspace = workspace
        self.tools = tools
        self.quiet = quiet
        self._plugins_provided = False
        self._upsert = False

    def up(self, stack: str, *, policies: bool = True, preview: bool = True, policy_config: Path | None = None) -> str:
        """Create or update a stack, with the policy pack unless `policies` is false.

        Without `preview` the update begins at once: a policy that refuses a resource then finds those before it made.
        """
        pack = self._policy_arguments(enabled=policies, config=policy_config)
        arguments = [*pack, *([] if preview else ["--skip-preview"]), "--yes"]
        return self._update("up", stack, arguments)

    def preview(self, stack: str, *, policies: bool = True, policy_config: Path | None = None) -> str:
        """Show what `up` would do."""
        return self._update("preview", stack, self._policy_arguments(enabled=policies, config=policy_config))

    def refresh(self, stack: str) -> str:
        """Read what is really there into the state."""
        return self._update("refresh", stack, ["--yes"])

    def destroy(self, stack: str) -> str:
        """Delete everything in a stack; the stack itself stays. It may have lost its stack file."""
        with self._turn():
            self.provide_plugins()
            self._free(stack)
            return self._run("destroy", ["--stack", stack, *self._config_arguments(stack), "--yes"])

    def select_or_init(self, stack: str) -> None:
        """Have the stack and the private copy of its stack file; raises `UserError` for a bad name."""
        stack_files.copy(self.workspace, stack)
        if stack not in self.stacks():
            # In the folder of the copies, or the engine would write its salt into the tracked stack file.
            self._run("stack init", [stack, "--no-select"], folder=self._project_of_copies(), quiet=True)

    def cancel(self, stack: str) -> None:
        """Release the locks of a stack; the caller knows that no engine holds them."""
        self._run("cancel", ["--stack", stack, "--yes"], quiet=True)

    def remove(self, stack: str) -> None:
        """Remove an empty stack with its history, backups and private copy of the stack file."""
        arguments = ["--stack", stack, "--yes", "--preserve-config", "--remove-backups"]
        self._run("stack rm", arguments, quiet=True)
        stack_files.private(self.workspace, stack).unlink(missing_ok=True)

    def stacks(self) -> dict[str, int]:
        """Return the stacks with state, by name, and how many resources each has."""
        # Asked of the files first, so that nobody waits for an engine to hear that there is nothing.
        if not any(self.backend.glob(".pulumi/stacks/*/*.json")):
            return {}
        listed = json.loads(self._run("stack ls", ["--json"], folder=self._project_of_copies(), quiet=True) or "[]")
        return {stack["name"]: stack.get("resourceCount") or 0 for stack in listed}

    def outputs(self, stack: str) -> dict[str, Any]:
        """Return the outputs of a stack; secret ones as `[secret]`."""
        return json.loads(self._run("stack output", ["--json", "--stack", stack], quiet=True))

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """Return the resources of a stack as its state has them; secrets stay encrypted."""
        return self._deployment(stack).get("resources") or []

    def kinds(self, stack: str) -> Counter[str]:
        """Return how many resources of each kind are in the stack; the engine's own are left out."""
        kinds = (resource["type"] for resource in self.resources(stack) if resource.get("custom"))
        return Counter(kind.rpartition(":")[2] for kind in kinds if not kind.startswith("pulumi:"))

    def provide_plugins(self) -> None:
        """See to it that the engine finds its providers; says when one of them is a stand-in."""
        if not self._plugins_provided:
            provider_plugin.provide(self.tools.path(ENGINE), self.environment)
            self._plugins_provided = True

    @property
    def backend(self) -> Path:
        """Folder of the file backend."""
        return self.workspace.state / "state"

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The engine's environment: everything of its own lies in the workspace."""
        own = {
            "PULUMI_HOME": str(self.workspace.folder("pulumi-home")),
            "PULUMI_BACKEND_URL": f"file://{self.workspace.folder('state')}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self._passphrase_file()),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "VIRTUAL_ENV": sys.prefix,
        }
        # A passphrase of the user's other stacks would win over our file.
        inherited = {name: value for name, value in os.environ.items() if name != "PULUMI_CONFIG_PASSPHRASE"}
        engine = self.tools.path(ENGINE)
        folders = [str(Path(sys.executable).parent), str(engine.parent), os.environ.get("PATH", os.defpath)]
        return {**inherited, **own, "PATH": os.pathsep.join(folders)}

    def _update(self, operation: str, stack: str, arguments: Sequence[str]) -> str:
        with self._turn():
            self.select_or_init(stack)
            self.provide_plugins()
            self._free(stack)
            return self._run(operation, ["--stack", stack, *self._config_arguments(stack), *arguments])

    def _turn(self) -> AbstractContextManager[None]:
        """Wait for another run of this clone; an engine that was started by hand is found by its lock."""
        path = self.workspace.folder("locks") / "engine"
        return locks.exclusive(path, waiting_for="another run that changes a stack of this clone")

    def _free(self, stack: str) -> None:
        """Release the locks that a killed engine left; raises `UserError` where an engine holds one."""
        held = engine_locks.of_stack(self.backend, stack)
        for lock in held:
            if lock.held:
                raise UserError(
                    f"stack {stack} is being changed by another engine (pid {lock.pid} on {lock.hostname}).\n"
                    "Wait until it is done; end it with Ctrl-C if it hangs."
                )
        if held:
            console.step(f"an engine was killed while it changed {stack}: releasing its lock (pulumi cancel)")
            for plugin in engine_orphans.of_backend(self.environment["PULUMI_BACKEND_URL"]):
                plugin.stop()
            self.cancel(stack)
            self._settle(stack)

    def _settle(self, stack: str) -> None:
        """Find out what became of the operations that were under way when the engine was killed.

        Without it the engine would warn of them for ever. What was created meanwhile and is not in the
        state is taken over by the update that follows, and by no other: see `kubernetes_provider`.
        """
        if self._deployment(stack).get("pending_operations"):
            console.step(f"reading what the killed engine left of {stack} (pulumi refresh)")
            arguments = ["--stack", stack, *self._config_arguments(stack), "--yes", "--skip-preview"]
            self._run("refresh", [*arguments, "--clear-pending-creates"], quiet=True)
            self._upsert = True

    def _deployment(self, stack: str) -> dict[str, Any]:
        return json.loads(self._run("stack export", ["--stack", stack], quiet=True))["deployment"]

    def _policy_arguments(self, *, enabled: bool, config: Path | None = None) -> list[str]:
        if not enabled:
            return []
        pack = self.workspace.root / "policies"
        if self.tools.obtain(ENGINE).source is Source.BUILD:
            # The language host beside it is older than policy packs in a folder; an executable needs no host at all.
            pack /= "__main__.py"
        return ["--policy-pack", str(pack), *(["--policy-pack-config", str(config)] if config else [])]

    def _config_arguments(self, stack: str) -> list[str]:
        copy = stack_files.private(self.workspace, stack)
        return ["--config-file", str(copy)] if copy.exists() else []

    def _passphrase_file(self) -> Path:
        path = self.workspace.state / "passphrase"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32).encode())
        return path

    def _project_of_copies(self) -> Path:
        """Return the folder of the private stack files, made a project of the same name."""
        folder = self.workspace.folder("config")
        project = yaml.safe_load((self.workspace.root / "Pulumi.yaml").read_text())["name"]
        write_private(folder / "Pulumi.yaml", yaml.safe_dump({"name": project, "runtime": "python"}).encode())
        return folder

    def _run(self, operation: str, arguments: Sequence[str], *, folder: Path | None = None, quiet: bool = False) -> str:
        command = [str(self.tools.path(ENGINE)), *operation.split(), *arguments, "--non-interactive"]
        quiet = quiet or self.quiet
        with subprocess.Popen(
            command,
            cwd=folder or self.workspace.root,
            env={**self.environment, **({"PULUMI_K8S_UPSERT_EXISTING_OBJECTS": "true"} if self._upsert else {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.PIPE if quiet else None,
            text=True,
        ) as process:
            output, errors = _wait(process)
        if process.returncode != 0:
            raise EngineRefusedError(operation, process.returncode, output + errors)
        return output


def _wait(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait for the engine, also after Ctrl-C: it got that too, and stops in order, releasing its lock."""
    while True:
        try:
            output, errors = process.communicate()
        except KeyboardInterrupt:
            continue
        return output or "", errors or ""
