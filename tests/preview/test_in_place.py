import asyncio
import threading

import pytest

from preview.in_place import InPlace


def in_executor(call):
    async def main():
        loop = asyncio.get_running_loop()
        loop.set_default_executor(InPlace())
        return await loop.run_in_executor(None, call)

    return asyncio.run(main())


def test_a_call_runs_in_the_thread_of_the_loop() -> None:
    assert in_executor(threading.current_thread) is threading.current_thread()


def test_an_error_of_a_call_reaches_whoever_waits_for_it() -> None:
    def broken() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        in_executor(broken)
