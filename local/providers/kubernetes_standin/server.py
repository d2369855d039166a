"""The ResourceProvider service: the engine's protocol, decoded and handed to `operations`.

Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import json
import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

from google.protobuf.empty_pb2 import Empty
from grpc import ServicerContext
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from local.providers import plugin
from local.providers.host import Log
from local.providers.properties import UNKNOWN, Object, decode, encode

from . import answers
from .checking import checked, failures, without_nulls
from .client import Cluster
from .connection import connect
from .errors import UnsupportedError
from .operations import Operations, Resource
from .planning import plan, provider_plan
from .settings import Settings, refused
from .tokens import ResourceType, parse

VERSION: Final = version("pulumi-kubernetes")
"""The SDK's version: the engine looks for a plugin of just this one."""


def _connect(settings: Settings) -> Cluster:
    return Cluster(connect(settings.kubeconfig, settings.context))


class Provider(plugin.Provider):
    """The service for one provider resource. `connect_to` makes its cluster; tests have their own."""

    def __init__(self, log: Log, connect_to: Callable[[Settings], Cluster] = _connect) -> None:
        self._log = log
        self._connect_to = connect_to
        self._cancelled = threading.Event()
        self._settings = Settings.read({})
        self._operations = self._operate(self._settings)

    def _operate(self, settings: Settings | None) -> Operations:
        return Operations(settings, self._log, self._cancelled, self._connect_to)

    # What the provider is.

    def Handshake(  # noqa: N802 - names of the protocol
        self, request: provider_pb2.ProviderHandshakeRequest, context: ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Tell what the provider understands."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Empty, context: ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(  # noqa: N802
        self, request: provider_pb2.GetSchemaRequest, context: ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Tell name and version; the types are in the SDK."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "kubernetes", "version": VERSION}))

    # The provider's own configuration.

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: ServicerContext) -> provider_pb2.CheckResponse:  # noqa: N802
        """Refuse settings that only the official provider understands."""
        config = without_nulls(decode(request.news))
        return answers.check(config, refused(config))

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: ServicerContext) -> provider_pb2.DiffResponse:  # noqa: N802
        """Replace the provider only when it is another cluster's."""
        old = request.old_inputs if request.HasField("old_inputs") else request.olds
        return answers.diff(provider_plan(decode(old), decode(request.news)))

    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Take the settings. The kubeconfig is used when it is first needed."""
        config = decode(request.args)
        self._settings = Settings.read(config)
        known = UNKNOWN not in (config.get("kubeconfig"), config.get("context"))
        self._operations = self._operate(self._settings if known else None)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # Resources.

    def Check(self, request: provider_pb2.CheckRequest, context: ServicerContext) -> provider_pb2.CheckResponse:  # noqa: N802
        """Fill in API version, kind and name; refuse what can't become an object."""
        news = decode(request.news)
        with answers.told(context, _logical_name(request.urn), news):
            resource = _resource(request.urn, news)
            inputs = checked(news, decode(request.olds), resource.type, _logical_name(request.urn), request.randomSeed)
            return answers.check(inputs, failures(inputs, resource.type))

    def Diff(self, request: provider_pb2.DiffRequest, context: ServicerContext) -> provider_pb2.DiffResponse:  # noqa: N802
        """Compare the inputs as last written down, drift included, with those of the program."""
        new = decode(request.news)
        with answers.told(context, _logical_name(request.urn), new):
            resource = _resource(request.urn, new)
            return answers.diff(plan(decode(request.old_inputs), new, resource.type, self._settings.mutable_kinds))

    def Create(self, request: provider_pb2.CreateRequest, context: ServicerContext) -> provider_pb2.CreateResponse:  # noqa: N802
        """Create the object, or preview that."""
        inputs = decode(request.properties)
        with answers.told(context, answers.label(inputs, _logical_name(request.urn)), inputs):
            resource = _resource(request.urn, inputs)
            if request.preview:
                outputs = self._operations.preview_create(resource, inputs)
                return provider_pb2.CreateResponse(properties=encode(outputs))
            state = self._operations.create(resource, inputs, request.timeout)
            return provider_pb2.CreateResponse(id=state.id, properties=encode(state.outputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: ServicerContext) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Update the object, or preview that."""
        inputs = decode(request.news)
        with answers.told(context, answers.label(inputs, request.id), inputs):
            resource = _resource(request.urn, inputs)
            if request.preview:
                outputs = self._operations.preview_update(resource, inputs)
            else:
                outputs = self._operations.update(resource, inputs, request.timeout).outputs
            return provider_pb2.UpdateResponse(properties=encode(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: ServicerContext) -> Empty:  # noqa: N802
        """Delete the object and wait until it is gone."""
        outputs = decode(request.properties)
        with answers.told(context, answers.label(outputs, request.id), outputs):
            self._operations.delete(_resource(request.urn, outputs), outputs, request.timeout)
        return Empty()

    def Read(self, request: provider_pb2.ReadRequest, context: ServicerContext) -> provider_pb2.ReadResponse:  # noqa: N802
        """Return the live state for refresh, get and import; the id is `namespace/name` or `name`."""
        inputs, outputs = decode(request.inputs), decode(request.properties)
        subject = answers.label(inputs, request.id)
        with answers.told(context, subject, inputs):
            resource = _resource(request.urn, inputs or outputs)
            state = self._operations.read(resource, request.id, inputs, outputs)
            return provider_pb2.ReadResponse(id=state.id, properties=encode(state.outputs), inputs=encode(state.inputs))

    def Cancel(self, request: Empty, context: ServicerContext | None) -> Empty:  # noqa: N802
        """Stop waiting."""
        self._cancelled.set()
        return Empty()

    # What only the official provider can do.

    def Invoke(self, request: provider_pb2.InvokeRequest, context: ServicerContext) -> provider_pb2.InvokeResponse:  # noqa: N802
        """Refuse functions such as `kubernetes:helm:template`."""
        return _refuse(context, request.tok)

    def Call(self, request: provider_pb2.CallRequest, context: ServicerContext) -> provider_pb2.CallResponse:  # noqa: N802
        """Refuse methods of components."""
        return _refuse(context, request.tok)

    def Construct(  # noqa: N802
        self, request: provider_pb2.ConstructRequest, context: ServicerContext
    ) -> provider_pb2.ConstructResponse:
        """Refuse components such as `kubernetes:helm.sh/v4:Chart`."""
        return _refuse(context, request.type)


def _refuse(context: ServicerContext, what: str) -> Any:
    with answers.told(context, what):
        raise UnsupportedError(what)


def _resource(urn: str, properties: Object) -> Resource:
    return Resource(urn=urn, type=_type(urn, properties))


def _type(urn: str, properties: Object) -> ResourceType:
    # urn:pulumi:stack::project::parent$type::name; a name may hold `::`, a type can't.
    token = urn.split("::", 3)[2].rpartition("$")[2]
    return parse(token, properties.get("kind"))


def _logical_name(urn: str) -> str:
    return urn.split("::", 3)[-1]
