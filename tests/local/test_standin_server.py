"""The provider as the engine sees it: what it is, checks, comparisons and previews."""

from importlib.metadata import version

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from local.providers.kubernetes_standin.errors import ApiError
from local.providers.properties import UNKNOWN, Secret, encode
from tests.local.standin_fakes import (
    ACCOUNT_PATCH,
    NAMESPACE,
    POLICY,
    POLICY_PATH,
    SECRET,
    FakeCluster,
    conflict,
    engine,
    message,
    namespace,
    policy,
)


@pytest.fixture
def cluster():
    return FakeCluster()


@pytest.fixture
def pulumi(cluster):
    with engine(lambda _: cluster) as calls:
        yield calls.configure(kubeconfig="given", upsertExistingObjects="false")


# What it is.


def test_the_version_is_the_sdks(pulumi):
    assert pulumi.stub.GetPluginInfo(Empty()) == plugin_pb2.PluginInfo(version=version("pulumi-kubernetes"))


def test_it_takes_secrets_and_previews(pulumi):
    assert pulumi.stub.Handshake(provider_pb2.ProviderHandshakeRequest()).accept_secrets
    assert pulumi.stub.Configure(provider_pb2.ConfigureRequest()).supportsPreview


@pytest.mark.parametrize("setting", ["renderYamlToDirectory", "namespace", "cluster"])
def test_a_setting_of_the_official_provider_alone_is_refused(pulumi, setting):
    answer = pulumi.stub.CheckConfig(provider_pb2.CheckRequest(news=encode({setting: "x"})))
    assert [failure.property for failure in answer.failures] == [setting]


def test_client_side_apply_is_refused(pulumi):
    answer = pulumi.stub.CheckConfig(provider_pb2.CheckRequest(news=encode({"enableServerSideApply": "false"})))
    assert [failure.property for failure in answer.failures] == ["enableServerSideApply"]


def test_helm_is_refused_with_what_to_do(pulumi):
    with pytest.raises(grpc.RpcError) as error:
        pulumi.check("kubernetes:helm.sh/v3:Release", {})
    assert "helm.sh/v3:Release; install the official kubernetes plugin" in message(error)


def test_functions_and_components_are_refused_with_what_to_do(pulumi):
    with pytest.raises(grpc.RpcError) as error:
        pulumi.stub.Invoke(provider_pb2.InvokeRequest(tok="kubernetes:helm:template"))
    assert "does not support kubernetes:helm:template" in message(error)
    with pytest.raises(grpc.RpcError) as error:
        pulumi.stub.Construct(provider_pb2.ConstructRequest(type="kubernetes:helm.sh/v4:Chart"))
    assert "does not support kubernetes:helm.sh/v4:Chart" in message(error)


# Check.


def test_an_explicit_name_is_left_alone(pulumi):
    assert pulumi.check(POLICY, policy()) == (policy(), [])


def test_a_missing_name_is_made_from_the_logical_name_and_kept_by_updates(pulumi):
    inputs, failures = pulumi.check(NAMESPACE, {}, name="Pay")
    assert not failures
    name = inputs["metadata"]["name"]
    assert name.startswith("pay-")
    assert len(name) == len("pay-") + 8
    assert inputs["apiVersion"] == "v1"
    assert inputs["kind"] == "Namespace"
    updated, _ = pulumi.check(NAMESPACE, {}, olds=inputs, name="Pay", seed=b"another")
    assert updated == inputs


def test_an_unknown_name_or_metadata_is_not_refused(pulumi):
    inputs = namespace(name=UNKNOWN)
    assert pulumi.check(NAMESPACE, inputs) == (inputs, [])
    inputs = {**namespace(), "metadata": UNKNOWN}
    assert pulumi.check(NAMESPACE, inputs) == (inputs, [])


@pytest.mark.parametrize(
    ("token", "inputs", "expected"),
    [
        (NAMESPACE, {**namespace(), "kind": "Pod"}, "kind"),
        (NAMESPACE, {**namespace(), "apiVersion": "v2"}, "apiVersion"),
        (NAMESPACE, namespace(name="a/b"), "metadata.name"),
        (NAMESPACE, namespace(generateName="a-"), "metadata.generateName"),
        (ACCOUNT_PATCH, {"metadata": {}}, "metadata.name"),
    ],
)
def test_what_cannot_become_an_object_is_refused(pulumi, token, inputs, expected):
    _, failures = pulumi.check(token, inputs)
    assert [key for key, _ in failures] == [expected]


def test_data_of_a_secret_becomes_secret(pulumi):
    declared = {"metadata": {"name": "s"}, "stringData": {"k": "v"}}
    inputs, _ = pulumi.check(SECRET, declared)
    assert inputs["stringData"] == Secret({"k": "v"})


# Diff.


def test_unchanged_inputs_need_no_update(pulumi):
    answer = pulumi.diff(POLICY, policy(), policy())
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_drift_in_the_old_inputs_is_an_update_with_its_path(pulumi):
    answer = pulumi.diff(POLICY, policy(ingress=[{}]), policy())
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert {path: change.kind for path, change in answer.detailedDiff.items()} == {
        "spec.ingress[0]": provider_pb2.PropertyDiff.DELETE
    }
    assert not answer.replaces
    assert list(answer.diffs) == ["spec"]


# Preview.


def test_a_preview_asks_the_server_and_creates_nothing(pulumi, cluster):
    object_id, outputs = pulumi.create(POLICY, policy(), preview=True)
    assert object_id == ""
    assert cluster.applies == [("pay/deny", False, True)]
    assert not cluster.objects
    assert outputs["metadata"] == {"name": "deny", "namespace": "pay"}
    assert "status" not in outputs


def test_a_preview_with_unknowns_returns_them_and_asks_nobody(pulumi, cluster):
    inputs = policy(ingress=UNKNOWN)
    assert pulumi.create(POLICY, inputs, preview=True) == ("", inputs)
    assert pulumi.update(POLICY, "pay/deny", inputs, preview=True) == inputs
    assert not cluster.applies


def test_a_preview_before_the_namespace_is_there_returns_the_inputs(pulumi, cluster):
    cluster.refusals.append(ApiError(404, "NotFound", 'namespaces "pay" not found'))
    assert pulumi.create(POLICY, policy(), preview=True) == ("", policy())
    assert not pulumi.log.warnings


def test_a_preview_without_a_reachable_server_says_so_once_and_goes_on(pulumi, cluster):
    cluster.unreachable = True
    assert pulumi.create(POLICY, policy(), preview=True) == ("", policy())
    assert pulumi.create(NAMESPACE, namespace(), preview=True) == ("", namespace())
    assert len(pulumi.log.warnings) == 1


def test_an_update_without_a_reachable_server_is_an_error_of_one_line(pulumi, cluster):
    cluster.unreachable = True
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy())
    assert message(error) == (
        "NetworkPolicy pay/deny: can't reach the API server at https://127.0.0.1:1: Connection refused"
    )


def test_a_preview_with_an_unknown_kubeconfig_returns_the_inputs(pulumi, cluster):
    pulumi.configure(kubeconfig=UNKNOWN)
    assert pulumi.create(POLICY, policy(), preview=True) == ("", policy())
    assert not cluster.applies


def test_a_preview_that_would_be_invalid_fails(pulumi, cluster):
    cluster.refusals.append(ApiError(422, "Invalid", "spec.x: Invalid value"))
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy(), preview=True)
    assert message(error) == "NetworkPolicy pay/deny: invalid: spec.x: Invalid value"


def test_a_preview_of_a_replacement_asks_under_another_name(pulumi, cluster):
    pulumi.create(POLICY, policy())
    cluster.refusals.append(ApiError(422, "Invalid", "spec.x: field is immutable"))
    _, outputs = pulumi.create(POLICY, policy(), preview=True)
    assert cluster.applies[-1] == ("pay/deny-preview", True, True)
    assert outputs["metadata"]["name"] == "deny"


def test_a_refusal_that_may_pass_is_a_warning_in_a_preview(pulumi, cluster):
    cluster.refusals.append(ApiError(403, "Forbidden", "not yet"))
    assert pulumi.create(POLICY, policy(), preview=True) == ("", policy())
    cluster.somebody_has(POLICY_PATH, policy())
    assert pulumi.create(POLICY, policy(), preview=True) == ("", policy())
    pulumi.configure(kubeconfig="given", upsertExistingObjects="true")
    cluster.refusals.append(conflict())
    assert pulumi.create(POLICY, policy(), preview=True) == ("", policy())
    assert [warning[:40] for warning in pulumi.log.warnings] == [
        "the API server would refuse this now: " + x for x in ("no", "it", "sp")
    ]
