"""Run the program of a stack in this process, without engine, cluster, cloud or login."""

import asyncio
import os
import runpy
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime.stack import run_in_stack

from components.errors import UserError
from components.naming import PROJECT
from components.stack_file import StackFile
from policies.model import Resource
from policies.values import UNKNOWN

from . import ROOT, aliases, plain_values, source_lines
from .in_place import InPlace
from .monitor import RecordingMonitor


class ProgramError(Exception):
    """The program raised something that is not a user's error: a bug, here or in a program of one's own."""

    def __init__(self, message: str, details: str) -> None:
        """Take the whole traceback as text: it can be told in another process as well."""
        super().__init__(message, details)
        self.details = details

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What a program asked for."""

    resources: tuple[Resource, ...]
    """In the order of registration, without the engine's own bookkeeping (the stack, providers)."""
    outputs: Mapping[str, Any]
    """The stack's outputs; unknown ones are marked."""


def record(stack: StackFile, references: Mapping[str, Mapping[str, Any]], root: Path = ROOT) -> Recording:
    """Run `__main__.py` with the stack's configuration and return what it registered.

    `references` holds the outputs of other stacks by name. The SDK's runtime is global, so one program
    runs at a time in a process. Raises `UserError` for bad configuration and `ProgramError` where the program breaks.
    """
    monitor = RecordingMonitor({name: _known(outputs) for name, outputs in references.items()}, root)
    os.environ["SECURE_CLUSTERS_OFFLINE"] = "1"
    os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "1"
    try:
        asyncio.run(run_recorded(lambda: _execute(root), monitor, stack.name, stack.config, stack.secret_keys))
    except UserError:
        raise
    except pulumi.RunError as error:
        raise UserError(str(error)) from None
    except Exception as error:
        details = "".join(traceback.format_exception(error))
        raise ProgramError(f"{type(error).__name__} in {_where(error, root)}", details) from error
    shown = (each for each in monitor.recorded.values() if not each.type.startswith("pulumi:"))
    return Recording(resources=tuple(shown), outputs=monitor.outputs)


async def run_recorded(
    program: Callable[[], None],
    monitor: RecordingMonitor,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Iterable[str] = (),
) -> None:
    """Run a program as at preview, with the monitor in the engine's place; returns once all has registered."""
    # What an earlier program left unfinished, as `pulumi.runtime.test` clears it.
    unfinished: Any = runtime_settings.SETTINGS
    unfinished.rpc_manager.clear()
    unfinished.outputs.clear()
    pulumi.runtime.set_mocks(monitor.mocks, project=PROJECT, stack=stack, preview=True, monitor=monitor)
    pulumi.runtime.set_all_config(dict(config), list(secret_keys))
    asyncio.get_running_loop().set_default_executor(InPlace())
    # The runtime's mocks start a root stack of their own; the program gets one as from the engine.
    runtime_settings.set_root_resource(None)  # pyright: ignore[reportArgumentType] - the SDK's own initial value
    with source_lines.of_callers_alone(monitor.root), aliases.left_out(), plain_values.converted_fast():
        await run_in_stack(program)


def _execute(root: Path) -> None:
    runpy.run_path(str(root / "__main__.py"), run_name="__main__")


def _known(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Leave unknown outputs out: absent ones are unknown to the program that reads them."""
    return {name: value for name, value in outputs.items() if value is not UNKNOWN}


def _where(error: BaseException, root: Path) -> str:
    """Return the innermost place inside this project, as file:line."""
    place = "__main__.py"
    frame = error.__traceback__
    while frame is not None:
        file = Path(frame.tb_frame.f_code.co_filename)
        if file.is_relative_to(root) and ".venv" not in file.parts:
            place = f"{file.relative_to(root)}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place
