"""Messages to the engine, which shows them to the user."""

import threading
from typing import Protocol

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class Log(Protocol):
    """Where messages go; a test has its own."""

    def warning(self, urn: str, text: str) -> None:
        """Show a lasting line."""
        ...

    def status(self, urn: str, text: str) -> None:
        """Show what is being waited for; it is gone when the operation is over."""
        ...


class EngineLog:
    """The log of the engine at an address such as `127.0.0.1:40123`."""

    def __init__(self, address: str) -> None:
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
        self._once: set[str] = set()
        self._lock = threading.Lock()

    def warning(self, urn: str, text: str) -> None:
        """Show a lasting line, the same text only once."""
        with self._lock:
            if text in self._once:
                return
            self._once.add(text)
        self._send(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=urn))

    def status(self, urn: str, text: str) -> None:
        """Show a passing status."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=True))

    def _send(self, request: engine_pb2.LogRequest) -> None:
        try:
            self._stub.Log(request, timeout=5)
        except grpc.RpcError:
            # An engine that no longer listens is about to end this process; the operation goes on till then.
            return
