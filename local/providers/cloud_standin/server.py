"""The ResourceProvider service of a stand-in cloud: the engine's protocol, answered from the SDK and the rules.

Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from grpc import ServicerContext
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from local.providers import plugin
from local.providers.properties import decode, encode, reveal
from policies import replacements

from . import rules, schema, service_model
from .rules import Rule


class RefusedError(Exception):
    """A cloud would refuse it; the message says why."""


class Provider(plugin.Provider):
    """The service for one provider resource of one cloud."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._version = version(f"pulumi-{package}")
        self._rules = rules.of(package)
        self._place = rules.place(self._rules, {})

    # What the provider is.

    def Handshake(  # noqa: N802 - names of the protocol
        self, request: provider_pb2.ProviderHandshakeRequest, context: ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Tell what the provider understands."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Empty, context: ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Tell the version of the SDK."""
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(  # noqa: N802
        self, request: provider_pb2.GetSchemaRequest, context: ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Tell name and version; the types are in the SDK."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": self._package, "version": self._version}))

    # The provider's own configuration.

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: ServicerContext) -> provider_pb2.CheckResponse:  # noqa: N802
        """Refuse settings that are not understood."""
        known = self._rules.config | {"version"}
        wrong = [key for key in decode(request.news) if key not in known]
        why = "the stand-in provider doesn't understand it; install the official plugin"
        failures = [provider_pb2.CheckFailure(property=key, reason=why) for key in wrong]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: ServicerContext) -> provider_pb2.DiffResponse:  # noqa: N802
        """Replace nothing: another region or account is another provider."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Take region and account; nobody signs in."""
        config = {key: _plain(value) for key, value in decode(request.args).items()}
        self._place = rules.place(self._rules, config)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # Resources.

    def Check(self, request: provider_pb2.CheckRequest, context: ServicerContext) -> provider_pb2.CheckResponse:  # noqa: N802
        """Refuse what the SDK or the cloud's service model doesn't know."""
        with _told(context, request.urn):
            token, inputs = _token(request.urn), decode(request.news)
            self._rule(token)
            found = [*schema.problems(_classes(token)[0], inputs), *service_model.problems(token, inputs)]
            failures = [provider_pb2.CheckFailure(property=path, reason=why) for path, why in found]
            return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: provider_pb2.DiffRequest, context: ServicerContext) -> provider_pb2.DiffResponse:  # noqa: N802
        """Compare the inputs as last written down, drift included, with those of the program."""
        with _told(context, request.urn):
            old, new = reveal(decode(request.old_inputs)), reveal(decode(request.news))
            ignored = set(request.ignoreChanges)
            changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and key not in ignored)
            listed = replacements.of_type(_token(request.urn))
            replaced = [path for path in listed if _at(old, path) != _at(new, path)]
            some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
            return provider_pb2.DiffResponse(
                changes=some,
                diffs=changed,
                replaces=sorted({path.split(".")[0] for path in replaced}),
                # A name that the program gives can't be had twice.
                deleteBeforeReplace="name" in new,
            )

    def Create(self, request: provider_pb2.CreateRequest, context: ServicerContext) -> provider_pb2.CreateResponse:  # noqa: N802
        """Make the resource, or preview that: what a cloud gives is not known before."""
        with _told(context, request.urn):
            token, inputs = _token(request.urn), decode(request.properties)
            types = schema.outputs(_classes(token)[1])
            given = schema.answered(types, inputs)
            if request.preview:
                properties = rules.previewed(self._rule(token), given, frozenset(types))
                return provider_pb2.CreateResponse(properties=encode(properties))
            id_, state = rules.outputs(self._rule(token), request.urn, given, frozenset(types), self._place)
            return provider_pb2.CreateResponse(id=id_, properties=encode(state))

    def Update(self, request: provider_pb2.UpdateRequest, context: ServicerContext) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Update the resource, or preview that."""
        with _told(context, request.urn):
            token, old, new = _token(request.urn), decode(request.olds), decode(request.news)
            rule = self._rule(token)
            for why in rules.refusals(rule, old, new):
                raise RefusedError(why)
            kept = {key: value for key, value in old.items() if key not in decode(request.old_inputs)}
            given = schema.answered(schema.outputs(_classes(token)[1]), new)
            _, state = rules.outputs(rule, request.urn, given, frozenset(), self._place)
            return provider_pb2.UpdateResponse(properties=encode({**kept, **state}))

    def Delete(self, request: provider_pb2.DeleteRequest, context: ServicerContext) -> Empty:  # noqa: N802
        """Delete the resource, unless it is protected."""
        with _told(context, request.urn):
            state = reveal(decode(request.properties))
            for key, value in self._rule(_token(request.urn)).protected_by.items():
                if state.get(key) == value:
                    on = "on" if value is True else value
                    raise RefusedError(f"{key} is {on}; switch it off in an update of its own before")
            return Empty()

    def Read(self, request: provider_pb2.ReadRequest, context: ServicerContext) -> provider_pb2.ReadResponse:  # noqa: N802
        """Return the state for a refresh, with the drift that a test asks for."""
        with _told(context, request.urn):
            inputs, state = decode(request.inputs), decode(request.properties)
            found = rules.drifted(request.urn, state)
            seen = {key: found[key] if found.get(key) != state.get(key) else value for key, value in inputs.items()}
            return provider_pb2.ReadResponse(id=request.id, properties=encode(found), inputs=encode(seen))

    def Cancel(self, request: Empty, context: ServicerContext | None) -> Empty:  # noqa: N802
        """Stop: nothing here waits."""
        return Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: ServicerContext) -> provider_pb2.InvokeResponse:  # noqa: N802
        """Answer the functions that the rules know, and refuse the others: they would ask the cloud."""
        with _told(context, request.tok):
            answer = rules.answer(self._rules, request.tok, self._place)
            if answer is None:
                raise RefusedError("only the cloud can answer it; pass the value as an argument")
            response = provider_pb2.InvokeResponse()
            getattr(response, "return").CopyFrom(encode(answer))
            return response

    def _rule(self, token: str) -> Rule:
        if token not in self._rules.types:
            raise RefusedError(f"the stand-in provider knows no type {token}; add it to {self._package}.yaml")
        return self._rules.types[token]


def _classes(token: str) -> tuple[type, type]:
    found = schema.classes(token)
    if found is None:
        raise RefusedError(f"the SDK has no type {token}")
    return found


def _token(urn: str) -> str:
    return urn.split("::", 3)[2].rpartition("$")[2]


def _plain(value: Any) -> Any:
    """Return a setting; SDKs send lists and booleans as JSON in a string."""
    value = reveal(value)
    if isinstance(value, str) and value.startswith(("[", "{")):
        return json.loads(value)
    return value


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


@contextmanager
def _told(context: ServicerContext, urn: str) -> Iterator[None]:
    """Turn an error into one line."""
    subject = urn.split("::", 3)[-1]
    try:
        yield
    except RefusedError as error:
        context.abort(grpc.StatusCode.UNKNOWN, f"{subject}: {error}")
    except Exception as error:  # a bug here must not become a traceback in the user's terminal
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        message = f"{subject}: bug in the stand-in provider, {type(error).__name__} at {place}; please report it"
        context.abort(grpc.StatusCode.INTERNAL, message)
