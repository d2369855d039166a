"""Answers and errors in the engine's protocol."""

import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.providers.properties import Object, encode, reveal, secret_texts

from .differ import Change, property_path
from .errors import StandinError, one_line
from .operations import State, UnfinishedError
from .planning import Plan

_KINDS: Final = {
    (Change.ADD, False): provider_pb2.PropertyDiff.ADD,
    (Change.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (Change.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (Change.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (Change.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (Change.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def check(inputs: Object, failures: Iterable[tuple[str, str]]) -> provider_pb2.CheckResponse:
    """Return checked inputs with the (property, why) of those that are wrong."""
    reasons = [provider_pb2.CheckFailure(property=key, reason=why) for key, why in failures]
    return provider_pb2.CheckResponse(inputs=encode(inputs), failures=reasons)


def diff(plan: Plan) -> provider_pb2.DiffResponse:
    """Return the plan with the property path of each difference."""
    some = provider_pb2.DiffResponse.DIFF_SOME if plan.differences else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some,
        diffs=sorted({str(difference.path[0]) for difference in plan.differences if difference.path}),
        replaces=[property_path(difference.path) for difference in plan.replacing],
        deleteBeforeReplace=plan.delete_first,
        hasDetailedDiff=True,
        detailedDiff={
            property_path(difference.path): provider_pb2.PropertyDiff(
                kind=_KINDS[difference.change, difference in plan.replacing], inputDiff=True
            )
            for difference in plan.differences
        },
    )


def label(inputs: Object, fallback: str) -> str:
    """Return an object as messages call it, from its properties: `NetworkPolicy payments-api/default-deny`."""
    plain = reveal(inputs)
    metadata = plain.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return fallback
    namespace = metadata.get("namespace")
    return f"{plain.get('kind', fallback)} {f'{namespace}/' if namespace else ''}{metadata['name']}"


@contextmanager
def told(context: grpc.ServicerContext, subject: str, properties: Object | None = None) -> Iterator[None]:
    """Turn an error into one line about `subject`; secrets in `properties` are blotted out of it."""
    properties = properties or {}
    try:
        yield
    except StandinError as error:
        quotable = properties.get("kind") != "Secret"
        message = one_line(error, subject, quotable=quotable, secrets=secret_texts(properties))
        if isinstance(error, UnfinishedError):
            _attach_state(context, message, error.state)
        context.abort(grpc.StatusCode.UNKNOWN, message)
    except Exception as error:  # a bug here must not become a traceback in the user's terminal
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        message = f"{subject}: bug in the stand-in provider, {type(error).__name__} at {place}; please report it"
        context.abort(grpc.StatusCode.INTERNAL, message)


def _attach_state(context: grpc.ServicerContext, message: str, state: State) -> None:
    """Send the state along with the error, so that the engine knows of the object."""
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=state.id, properties=encode(state.outputs), inputs=encode(state.inputs), reasons=[message]
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
