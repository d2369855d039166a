"""Which line of a program made a resource, without the cost of all others.

The SDK sends the whole stack with every resource, and reads each frame's source for it: a fifth of the time of a large
program. Here it sends the frames outside the SDK alone, up to the first one inside the project, and reads none. An
SDK that has no such function any more sends what it likes: the recorder finds the same line in it.
"""

import functools
import inspect
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pulumi
from pulumi.runtime import resource as sdk
from pulumi.runtime.proto import source_pb2

from .patched import patched

_FUNCTION = "_get_stack_trace"
_SDK = str(Path(pulumi.__file__).parent)
_CONSTRUCTORS = 3
"""Those of `Resource`, of `CustomResource` or `ComponentResource`, and of the concrete class; as the SDK counts."""


@contextmanager
def of_callers_alone(root: Path) -> Generator[None]:
    """Let the SDK tell the callers of a resource's constructor, cheaply, for as long as a program in `root` runs."""
    with patched(sdk, _FUNCTION, functools.partial(_callers, f"{root}{os.sep}")):
        yield


def _callers(root: str) -> source_pb2.StackTrace:
    frame: FrameType | None = inspect.currentframe()
    constructors = 0
    while frame is not None and constructors < _CONSTRUCTORS:
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    trace = source_pb2.StackTrace()
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_SDK) and "site-packages" not in file:
            trace.frames.add(pc=source_pb2.SourcePosition(uri=f"file://{file}", line=frame.f_lineno))
            if file.startswith(root):
                break
        frame = frame.f_back
    return trace
