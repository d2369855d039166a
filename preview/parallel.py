"""Preview stacks in several processes: each has a Pulumi runtime of its own, which a process has only one of.

The processes are forks, so that they start with everything imported that all stacks share. A process takes one stack
after the other, and keeps the SDK of a cloud for the next. Where a system can't fork, the stacks run one after the
other in this process.
"""

import copyreg
import io
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, TypeVar

from policies.catalogue import all_controls
from policies.model import Control

T = TypeVar("T")
Outputs = Mapping[str, Any]
Step = Callable[[str, Mapping[str, Outputs]], tuple[T, Outputs | None]]
"""Previews a stack of this name, given the outputs of the stacks that it reads; returns what it found and its own.

None are those of a stack that broke: to whoever reads it they are unknown, which is not the same as absent.
"""


@dataclass(frozen=True)
class Plan:
    """Stacks, each after the one that it reads."""

    needs: Mapping[str, str | None]
    """For each stack the one whose outputs it reads, where that is before it."""

    def after(self, name: str | None) -> list[str]:
        """Return the stacks that wait for one; those that wait for none."""
        return [each for each, needed in self.needs.items() if needed == name]

    @property
    def width(self) -> int:
        """How many stacks can run at once, at most."""
        return max(len(self.after(name)) for name in (None, *self.needs))


def run(plan: Plan, step: Step[T], ready: Callable[[], object] | None = None) -> dict[str, T]:
    """Return what the step found for each stack, in the order of the plan, whichever was first.

    `ready` makes what this process needs, once: before there are several others, which inherit it, or beside the only
    one. Without it nothing would be done beside the only one, so that there is none. Whatever ends it early, a Ctrl-C
    or an error that is no result, ends the processes as well.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    processes = min(plan.width, cores)
    beside = ready if processes == 1 and cores > 1 else None
    if ready and not beside:
        ready()
    if processes == 1 and not beside:
        return _one_after_the_other(plan, step)
    sys.stdout.flush()  # or each process prints again what is still in the buffer
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_become_worker, initargs=(step,)) as pool:
        try:
            running = {pool.submit(_work, name, {}): name for name in plan.after(None)}
            if beside:
                beside()
            found = dict(_in_processes(plan, pool, running))
        except BaseException:
            for child in multiprocessing.active_children():
                child.kill()
            raise
    return {name: found[name] for name in plan.needs}


def _one_after_the_other(plan: Plan, step: Step[T]) -> dict[str, T]:
    outputs: dict[str, Outputs] = {}
    found: dict[str, T] = {}
    for name in plan.needs:
        found[name], own = step(name, outputs)
        if own is not None:
            outputs[name] = own
    return found


def _in_processes(
    plan: Plan, pool: ProcessPoolExecutor, running: dict[Future[bytes], str]
) -> Iterator[tuple[str, Any]]:
    while running:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            name = running.pop(future)
            result, outputs = pickle.loads(future.result())  # noqa: S301 - from a fork of this process
            yield name, result
            known = {} if outputs is None else {name: outputs}
            running |= {pool.submit(_work, each, known): each for each in plan.after(name)}


class _Worker:
    """What a process was made for; inherited, since it can't be sent."""

    step: Step[Any]


def _become_worker(step: Step[Any]) -> None:
    _Worker.step = staticmethod(step)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears of it, and ends this one
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the first one is gone, killed for instance: nobody waits for the result any more."""
    if parent := multiprocessing.parent_process():
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(name: str, references: Mapping[str, Outputs]) -> bytes:
    packed = io.BytesIO()
    pickler = pickle.Pickler(packed, pickle.HIGHEST_PROTOCOL)
    # A control's check can't be sent; every process has the same catalogue.
    pickler.dispatch_table = {**copyreg.dispatch_table, Control: _by_id}
    pickler.dump(_Worker.step(name, references))
    return packed.getvalue()


def _by_id(control: Control) -> tuple[Callable[[str], Control], tuple[str]]:
    return _control, (control.id,)


def _control(control_id: str) -> Control:
    return next(control for control in all_controls() if control.id == control_id)
