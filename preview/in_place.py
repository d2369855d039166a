"""An executor that runs each call at once, where it is asked for.

The SDK sends every request to the engine from a thread of its own, since that takes a while. Here the answer is there
at once, and handing it from thread to thread costs more than all else in it. It also makes the order in which resources
register the same each time.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class InPlace(ThreadPoolExecutor):
    """Has no threads; it is called a pool since an event loop takes nothing else."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return what the call returned or raised."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
