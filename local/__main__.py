"""`python -m local`: the whole environment on this machine; the Makefile calls it."""

import shlex
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from components import settings, stack_file
from components.errors import UserError

from . import charts, console, stack_files
from .control_plane import SERVICES, ControlPlane
from .engine import Engine, EngineRefusedError
from .recipes import ENGINE
from .tools import Toolbox
from .workspace import Workspace

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

StackOption = Annotated[str, typer.Option("--stack", help="Name of a local stack: a file stacks/Pulumi.NAME.yaml.")]


@app.command()
def up(stack: StackOption = "local") -> None:
    """Start the control plane and apply a stack with the policy pack."""
    workspace, tools = Workspace.of_this_clone(), Toolbox()
    stack_files.source(workspace, stack)
    # A bad stack file is told here, before anything is built or started.
    settings.from_config(stack_file.read(stack, workspace.root / "stacks").config, stack)
    for name in (ENGINE, *SERVICES):
        tools.obtain(name)
    if not ControlPlane(workspace).ensure(tools):
        console.step("the control plane is running")
    engine = Engine(workspace, tools)
    engine.provide_plugins()
    console.step(f"applying {stack}")
    engine.up(stack)
    kinds = engine.kinds(stack)
    console.step(f"{stack} has {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}")
    console.step(f"look at it: kubectl --kubeconfig {shlex.quote(_from_here(workspace.kubeconfig))} get namespaces")


def _from_here(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


@app.command()
def down() -> None:
    """Destroy all local stacks, stop the control plane and delete its data."""
    workspace, tools = Workspace.of_this_clone(), Toolbox()
    control_plane, engine = ControlPlane(workspace), Engine(workspace, tools)
    stacks = engine.stacks()
    if any(stacks.values()):
        control_plane.ensure(tools)
    # The stacks that read another stack's outputs go before it.
    for stack in sorted(stacks, key=lambda name: not stack_files.refers_to_another_stack(workspace, name)):
        if stacks[stack]:
            console.step(f"destroying {stack}")
            engine.destroy(stack)
        engine.remove(stack)
    stopped = control_plane.stop()
    if workspace.state.exists():
        control_plane.delete_data()
    console.step("everything is gone" if stopped or stacks else "nothing was running")


@app.command("charts")
def fill_charts() -> None:
    """Fill the chart cache with the pinned charts of platform services, and have a Helm to render them."""
    charts.provide(Toolbox())


@app.command()
def status() -> None:
    """Tell what runs, what the stacks hold and where the tools came from; changes nothing."""
    workspace, tools = Workspace.of_this_clone(), Toolbox()
    for part in ControlPlane(workspace).health():
        state = "healthy" if part.healthy else "not healthy" if part.alive else "dead" if part.pid else "not started"
        console.step(f"{part.service}: {state}" + (f" (pid {part.pid})" if part.pid else ""))
    for name in (ENGINE, *SERVICES):
        tool = tools.installed(name)
        console.step(f"{name}: {tool.version}, {tool.source}, {tool.path}" if tool else f"{name}: not obtained yet")
    stacks = Engine(workspace, tools).stacks() if tools.installed(ENGINE) else {}
    for stack, count in stacks.items():
        console.step(f"stack {stack}: {count} resources")
    if not stacks:
        console.step("no local stack has been applied")


@app.command()
def cancel(stack: StackOption = "local") -> None:
    """Release the lock of a stack whose engine was killed."""
    workspace = Workspace.of_this_clone()
    stack_files.source(workspace, stack)
    # A bad stack file is told here, before anything is built or started.
    settings.from_config(stack_file.read(stack, workspace.root / "stacks").config, stack)
    Engine(workspace, Toolbox()).cancel(stack)
    console.step(f"{stack} is free")


@app.command()
def env() -> None:
    """Print the environment for running pulumi yourself: eval "$(python -m local env)"."""
    for name, value in Engine(Workspace.of_this_clone(), Toolbox()).environment.items():
        if name == "PATH" or name.startswith("PULUMI_"):
            typer.echo(f"export {name}={shlex.quote(value)}")


def main() -> int:
    """Run a command; returns 0 done, 1 the engine refused, 2 bad input, 3 a bug of this toolkit."""
    try:
        app()
    except UserError as problem:
        console.error(str(problem))
        return 2
    except EngineRefusedError as refusal:
        console.error(str(refusal))
        return 1
    except Exception:
        traceback.print_exc()
        console.error("this is a bug of the toolkit; please report it with the lines above.")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
