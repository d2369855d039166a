"""How `python -m preview` ends."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `python -m preview`."""

    ALLOWED = 0
    DENIED = 1
    BAD_CONFIGURATION = 2
    OUR_BUG = 3
