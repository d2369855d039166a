"""Record what components register, without engine or cluster."""

import asyncio
from collections.abc import Callable

from policies.model import Resource
from preview.monitor import RecordingMonitor
from preview.program import run_recorded


def record(program: Callable[[], None]) -> dict[str, Resource]:
    """Run a program as at preview and return its resources by `type::name`, once all have registered."""
    monitor = RecordingMonitor({})
    asyncio.run(run_recorded(program, monitor, "test", {}))
    return {resource.key: resource for resource in monitor.recorded.values()}
