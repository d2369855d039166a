"""Free ports on 127.0.0.1."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of 127.0.0.1 right now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still being closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(names: Iterable[str], *, preferred: Mapping[str, int], ours: Iterable[str] = ()) -> dict[str, int]:
    """Return a port for each name: the preferred one where it is free, or any free one.

    The names in `ours` keep their preferred port, as it is a process of ours that listens there.
    """
    with ExitStack() as held:
        ports: dict[str, int] = {}
        for name in names:
            port = preferred.get(name)
            if port is None or not (name in set(ours) or is_free(port)):
                # Held until all are chosen, so that no two names get the same port.
                probe = held.enter_context(socket.socket())
                probe.bind((LOOPBACK, 0))
                port = int(probe.getsockname()[1])
            ports[name] = port
    return ports
