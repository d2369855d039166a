"""A provider's process: started by the engine, ends with it."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from .host import EngineLog, Log


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """What a stand-in provider is to its process."""

    def Cancel(self, request: Empty, context: grpc.ServicerContext | None) -> Empty:  # noqa: N802 - the protocol's name
        """Stop waiting; without a context where the process itself asks for it."""
        raise NotImplementedError


def serve(provider: Provider, parallelism: int) -> tuple[grpc.Server, int]:
    """Return a started server on a free port of the loopback address, and the port."""
    server = grpc.server(ThreadPoolExecutor(max_workers=parallelism), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def run(arguments: Sequence[str], make: Callable[[Log], Provider], parallelism: int) -> None:
    """Serve until the engine ends; `arguments` are flags, ignored, and the engine's address."""
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    if not addresses:
        sys.exit("error: this is a plugin; the Pulumi engine starts it")
    engine = os.getppid()
    provider = make(EngineLog(addresses[-1]))
    server, port = serve(provider, parallelism)
    # The engine reads the port from the first line.
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # An interrupt comes from the engine, which has put its plugins beyond the reach of the terminal's Ctrl-C.
    with contextlib.suppress(KeyboardInterrupt):
        while server.wait_for_termination(timeout=1.0) and os.getppid() == engine:
            pass
    # A killed engine sends no farewell: whatever waits must not outlive it.
    provider.Cancel(Empty(), None)
    server.stop(grace=None)
