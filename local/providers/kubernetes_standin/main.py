"""The process of the stand-in `kubernetes` provider."""

from collections.abc import Sequence

from local.providers import plugin

from .connection import PARALLELISM
from .server import Provider


def main(arguments: Sequence[str]) -> None:
    """Serve until the engine ends; `arguments` are those that the engine gives a plugin."""
    plugin.run(arguments, Provider, PARALLELISM)
