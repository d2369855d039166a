"""The process of a stand-in cloud provider."""

from collections.abc import Sequence

from local.providers import plugin

from .server import Provider

PARALLELISM = 32


def main(package: str, arguments: Sequence[str]) -> None:
    """Serve until the engine ends; `package` is the provider's name, `arguments` are those of the engine."""
    plugin.run(arguments, lambda _: Provider(package), PARALLELISM)
