"""Record what components register, without engine or cluster."""

import asyncio
from collections.abc import Callable

from policies.model import Resource
from preview.monitor import RecordingMonitor
from preview.program import run_recorded


def record(program: Callable[[], None]) -> dict[str, Resource]:
    """Run a program as at preview and return its resources by `type::name`, once all have registered.

    Holds every component to a rule: its outputs hold its inputs, since the engine shows the policies of a
    whole stack a component's outputs only.
    """
    monitor = RecordingMonitor({})
    asyncio.run(run_recorded(program, monitor, "test", {}))
    for urn, outputs in monitor.component_outputs.items():
        assert monitor.recorded[urn].props.plain.items() <= outputs.items(), urn
    return {resource.key: resource for resource in monitor.recorded.values()}
