"""A resource monitor that records instead of creating.

It stands where the engine's monitor stands for a Pulumi program. Like an engine at preview it knows the
inputs of a resource, and neither its id nor any output that the provider computes.
"""

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import get_project, get_stack

from components.errors import UserError
from policies.model import Resource
from policies.values import Props, plain

from . import ROOT

_STACK = "pulumi:pulumi:Stack"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key of what is no plain value in the engine's protocol, such as a secret."""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - how the engine's protocol marks a secret
"""Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go"""


class RecordingMonitor(MockMonitor):
    """Records every resource that a program registers, in order."""

    def __init__(self, references: Mapping[str, Mapping[str, Any]], root: Path = ROOT) -> None:
        """Take the outputs of other stacks, by the stack's name, and the folder of the program."""
        super().__init__(_NoMocks())
        self.root = root
        self.recorded: dict[str, Resource] = {}
        self.outputs: dict[str, Any] = {}
        """Outputs of the stack; unknown and secret values are marked."""
        self.component_outputs: dict[str, Mapping[str, Any]] = {}
        """What each component registered at its end, by URN."""
        self._references = references

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that the engine gives: the types of all ancestors, without the stack's."""
        ancestors = parent.split("::")[2] if parent else _STACK
        qualified = type_ if ancestors == _STACK else f"{ancestors}${type_}"
        return f"urn:pulumi:{get_stack()}::{get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        """Record the resource and answer with its inputs."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == _STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if urn in self.recorded:
            raise UserError(f"the program registers {request.name!r} of type {request.type} twice; rename one")
        self._record(urn, request, request.object)
        return resource_pb2.RegisterResourceResponse(urn=urn, object=_answered(request.object))

    def ReadResource(self, request: Any) -> Any:
        """Answer a stack reference with the other stack's outputs."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type != STACK_REFERENCE:
            self._record(urn, request, request.properties)
            return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)
        state = struct_pb2.Struct()
        name = request.id.rsplit("/", 1)[-1]
        outputs = self._references.get(name)
        state.update({"name": request.id})
        if outputs is not None:
            state.update({"outputs": dict(outputs), "secretOutputNames": []})
        return resource_pb2.ReadResourceResponse(urn=urn, properties=state)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Keep the stack's own outputs.

        Added, not replaced: the runtime's mocks register a root stack of their own, without outputs, and
        which of the two calls comes last is a race.
        """
        outputs = plain(rpc.deserialize_properties(request.outputs, keep_unknowns=True))
        if f"::{_STACK}::" in request.urn:
            self.outputs |= outputs
        else:
            self.component_outputs[request.urn] = outputs
        return empty_pb2.Empty()

    def _record(self, urn: str, request: Any, properties: Any) -> None:
        values = plain(rpc.deserialize_properties(properties, keep_unknowns=True))
        self.recorded[urn] = Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            props=Props(values),
            parent=request.parent or None,
            references=_references(request),
            secrets=frozenset((*_marked(properties), *((name,) for name in request.additionalSecretOutputs))),
            replace_on_changes=tuple(getattr(request, "replaceOnChanges", ())),  # one that is read has none
            made_at=self._made_at(request),
        )

    def _made_at(self, request: Any) -> str | None:
        """Return the innermost line inside the project that led to the resource; the SDK sends the frames along."""
        for frame in request.stackTrace.frames:
            if file := _inside(frame.pc.uri, self.root):
                return f"{file}:{frame.pc.line}"
        return None


@functools.cache
def _inside(uri: str, root: Path) -> str | None:
    """Return the path of a source file inside the project, of which installed packages are no part."""
    file = Path(unquote(urlsplit(uri).path))
    if not file.is_relative_to(root) or "site-packages" in file.parts:
        return None
    return file.relative_to(root).as_posix()


def _answered(inputs: struct_pb2.Struct) -> struct_pb2.Struct:
    """Return the inputs as a provider answers with them.

    azure-native alone answers in another form than it takes: identities come as a list, and are kept as a map.
    """
    answer = struct_pb2.Struct()
    answer.CopyFrom(inputs)
    _identities_as_map(answer)
    return answer


def _identities_as_map(properties: struct_pb2.Struct) -> None:
    for key, value in properties.fields.items():
        if key == "userAssignedIdentities" and value.HasField("list_value"):
            names = [item.string_value for item in value.list_value.values]
            if rpc.UNKNOWN in names:
                value.string_value = rpc.UNKNOWN
            else:
                value.struct_value.update({name: {} for name in names})
        elif value.HasField("struct_value"):
            _identities_as_map(value.struct_value)


def _marked(properties: struct_pb2.Struct) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything that is marked as secret; the SDK, when it reads, marks only the top."""
    # Few resources hold a secret, and walking through thousands takes seconds.
    if _SECRET.encode() in properties.SerializeToString():
        yield from _secrets(properties)


def _secrets(properties: struct_pb2.Struct, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if SIGNATURE in properties.fields and properties.fields[SIGNATURE].string_value == _SECRET:
        yield path
        return
    for key, value in properties.fields.items():
        yield from _secrets_of_value(value, (*path, key))


def _secrets_of_value(value: struct_pb2.Value, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if value.HasField("struct_value"):
        yield from _secrets(value.struct_value, path)
    elif value.HasField("list_value"):
        for index, item in enumerate(value.list_value.values):
            yield from _secrets_of_value(item, (*path, index))


def _references(request: Any) -> dict[str, tuple[str, ...]]:
    """Return what each property is made of; a resource that is only read is made of nothing here."""
    if not isinstance(request, resource_pb2.RegisterResourceRequest):
        return {}
    return {key: tuple(value.urns) for key, value in request.propertyDependencies.items() if value.urns}


class _NoMocks(Mocks):
    """Refuses invokes: a component that asked a provider would need credentials to be previewed."""

    def call(self, args: MockCallArgs) -> Any:
        raise UserError(
            f"the program calls {args.token}, which needs credentials; pass the value as an argument instead"
        )

    def new_resource(self, args: MockResourceArgs) -> Any:
        raise NotImplementedError("RecordingMonitor records resources itself")
