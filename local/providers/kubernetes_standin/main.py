"""The provider's process: started by the engine, ends with it."""

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from .connection import PARALLELISM
from .host import EngineLog
from .server import Provider


def serve(provider: Provider) -> tuple[grpc.Server, int]:
    """Return a started server on a free port of the loopback address, and the port."""
    server = grpc.server(ThreadPoolExecutor(max_workers=PARALLELISM), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main(arguments: Sequence[str]) -> None:
    """Serve until the engine ends; `arguments` are flags, ignored, and the engine's address."""
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    if not addresses:
        sys.exit("error: this is a plugin; the Pulumi engine starts it")
    engine = os.getppid()
    provider = Provider(EngineLog(addresses[-1]))
    server, port = serve(provider)
    # The engine reads the port from the first line.
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while server.wait_for_termination(timeout=1.0) and os.getppid() == engine:
        pass
    # A killed engine sends no farewell: whatever waits must not outlive it.
    provider.Cancel(Empty(), None)
    server.stop(grace=None)
