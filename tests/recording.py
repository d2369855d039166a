"""Record what components register, without engine or cluster."""

import asyncio
from collections.abc import Callable

import pulumi
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime.stack import run_in_stack

from policies.model import Resource
from preview.monitor import RecordingMonitor


def record(program: Callable[[], None]) -> dict[str, Resource]:
    """Run a program as at preview and return its resources by `type::name`, once all have registered."""
    monitor = RecordingMonitor({})

    async def run() -> None:
        runtime_settings.SETTINGS.rpc_manager.clear()
        runtime_settings.SETTINGS.outputs.clear()
        pulumi.runtime.set_mocks(monitor.mocks, project="secure-clusters", stack="test", preview=True, monitor=monitor)
        runtime_settings.set_root_resource(None)
        await run_in_stack(program)

    asyncio.run(run())
    return {resource.key: resource for resource in monitor.recorded.values()}
