"""A provider served over gRPC, with an in-memory API server and a recorded log."""

import copy
import threading
from contextlib import contextmanager

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from local.providers.kubernetes_standin.client import FIELD_MANAGER, Kind, Reference
from local.providers.kubernetes_standin.connection import PARALLELISM
from local.providers.kubernetes_standin.errors import ApiError, Cause, UnknownKindError, UnreachableError
from local.providers.kubernetes_standin.server import Provider
from local.providers.plugin import serve
from local.providers.properties import decode, encode

NAMESPACE = "kubernetes:core/v1:Namespace"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
QUOTA = "kubernetes:core/v1:ResourceQuota"
SECRET = "kubernetes:core/v1:Secret"
ACCOUNT_PATCH = "kubernetes:core/v1:ServiceAccountPatch"
POLICY_PATH = "/apis/networking.k8s.io/v1/namespaces/pay/networkpolicys/deny"
CLUSTER_SCOPED = {"Namespace", "ClusterRole", "Node"}


def policy(**spec):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "pay"},
        "spec": {"podSelector": {}, "ingress": [], **spec},
    }


def namespace(**metadata):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "pay", **metadata}}


def conflict():
    cause = Cause(field=".spec.x", reason="FieldManagerConflict", message='conflict with "kubectl" using v1')
    return ApiError(409, "Conflict", "Apply failed with 1 conflict", [cause])


class RecordedLog:
    def __init__(self):
        self.warnings = []
        self.statuses = []

    def warning(self, urn, text):
        self.warnings.append(text)

    def status(self, urn, text):
        self.statuses.append(text)


class FakeCluster:
    """Keeps objects by path. `refusals` are raised by the next applies; `held` kinds stay when deleted."""

    def __init__(self):
        self.objects = {}
        self.applies = []
        self.refusals = []
        self.deletions = []
        self.unreachable = False
        self.unknown_kinds = set()
        self.held = set()
        self._lock = threading.Lock()
        self._version = 0

    def reference(self, api_version, kind, namespace, name):
        if self.unreachable:
            raise UnreachableError("can't reach the API server at https://127.0.0.1:1: Connection refused")
        if kind in self.unknown_kinds:
            raise UnknownKindError(api_version, kind)
        found = Kind(
            api_version=api_version, kind=kind, plural=f"{kind.lower()}s", namespaced=kind not in CLUSTER_SCOPED
        )
        return Reference(kind=found, namespace=(namespace or "default") if found.namespaced else None, name=name)

    def get(self, ref):
        return copy.deepcopy(self.objects.get(ref.path))

    def apply(self, ref, obj, *, force, dry_run=False):
        with self._lock:
            self.applies.append((ref.id, force, dry_run))
            if self.refusals:
                raise self.refusals.pop(0)
            self._version += 1
            old = self.objects.get(ref.path, {"metadata": {"uid": f"uid-{self._version}"}})
            live = copy.deepcopy(obj)
            live["metadata"] |= {
                "uid": old["metadata"]["uid"],
                "resourceVersion": str(self._version),
                "managedFields": [{"manager": FIELD_MANAGER, "operation": "Apply"}],
            }
            if ref.namespace:
                live["metadata"]["namespace"] = ref.namespace
            live.setdefault("status", {"phase": "Active"})
            if not dry_run:
                self.objects[ref.path] = live
            return copy.deepcopy(live)

    def delete(self, ref):
        self.deletions.append(ref.id)
        if ref.path not in self.objects:
            raise ApiError(404, "NotFound", "not found")
        if ref.kind.kind in self.held:
            self.objects[ref.path]["metadata"] |= {"deletionTimestamp": "now", "finalizers": ["example.com/keep"]}
            return False
        del self.objects[ref.path]
        return True

    def somebody_has(self, path, obj):
        """Put an object there that another field manager owns."""
        self.objects[path] = copy.deepcopy(obj) | {
            "metadata": {"uid": "theirs", "managedFields": [{"manager": "kubectl"}], **obj["metadata"]}
        }


def urn(token, name="r"):
    return f"urn:pulumi:dev::trial::secureclusters:tenancy:Namespace${token}::{name}"


class Engine:
    """The calls of the engine, with plain values."""

    def __init__(self, stub, log):
        self.stub = stub
        self.log = log

    def configure(self, **config):
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode(config), acceptSecrets=True))
        return self

    def check(self, token, news, olds=None, name="r", seed=b"seed"):
        answer = self.stub.Check(
            provider_pb2.CheckRequest(urn=urn(token, name), news=encode(news), olds=encode(olds or {}), randomSeed=seed)
        )
        return decode(answer.inputs), [(failure.property, failure.reason) for failure in answer.failures]

    def diff(self, token, old, new):
        return self.stub.Diff(
            provider_pb2.DiffRequest(urn=urn(token), old_inputs=encode(old), olds=Struct(), news=encode(new))
        )

    def create(self, token, inputs, *, preview=False, name="r", timeout=0.0):
        answer = self.stub.Create(
            provider_pb2.CreateRequest(
                urn=urn(token, name), properties=encode(inputs), preview=preview, timeout=timeout
            )
        )
        return answer.id, decode(answer.properties)

    def update(self, token, object_id, inputs, *, preview=False, timeout=0.0):
        answer = self.stub.Update(
            provider_pb2.UpdateRequest(
                urn=urn(token), id=object_id, news=encode(inputs), preview=preview, timeout=timeout
            )
        )
        return decode(answer.properties)

    def delete(self, token, object_id, outputs, *, name="r", timeout=0.0):
        self.stub.Delete(
            provider_pb2.DeleteRequest(urn=urn(token, name), id=object_id, properties=encode(outputs), timeout=timeout)
        )

    def read(self, token, object_id, inputs=None, outputs=None):
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                urn=urn(token), id=object_id, inputs=encode(inputs or {}), properties=encode(outputs or {})
            )
        )
        return answer.id, decode(answer.inputs), decode(answer.properties)


def message(error):
    """Return what the engine would show of a failed call."""
    return error.value.details() or ""


def failed_init(error):
    """Return what the engine learns of an object that exists but isn't usable."""
    trailers = {item.key: item.value for item in error.value.trailing_metadata() or ()}
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    return detail


@contextmanager
def engine(connect_to=None):
    """Yield an engine's calls to a fresh provider; without `connect_to` the provider connects for real."""
    log = RecordedLog()
    provider = Provider(log) if connect_to is None else Provider(log, connect_to)
    server, port = serve(provider, PARALLELISM)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(provider_pb2_grpc.ResourceProviderStub(channel), log)
    server.stop(grace=None)
