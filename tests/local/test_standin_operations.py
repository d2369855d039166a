"""What the provider does to objects, on an API server in memory."""

import threading

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from local.providers.kubernetes_standin.errors import ApiError, Cause
from local.providers.properties import Secret
from tests.local.standin_fakes import (
    ACCOUNT_PATCH,
    NAMESPACE,
    POLICY,
    POLICY_PATH,
    QUOTA,
    SECRET,
    FakeCluster,
    conflict,
    engine,
    failed_init,
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


# Create.


def test_a_creation_sends_empty_lists_and_returns_the_live_object(pulumi, cluster):
    object_id, outputs = pulumi.create(POLICY, policy())
    assert object_id == "pay/deny"
    assert cluster.objects[POLICY_PATH]["spec"] == {"podSelector": {}, "ingress": []}
    assert outputs["metadata"]["uid"] == "uid-1"
    assert "managedFields" not in outputs["metadata"]


def test_an_object_of_somebody_else_is_not_taken_over(pulumi, cluster):
    cluster.somebody_has(POLICY_PATH, policy())
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy())
    assert message(error).startswith("NetworkPolicy pay/deny: AlreadyExists: it is in the cluster already")
    assert not cluster.applies


def test_an_object_of_another_stack_is_not_taken_over(pulumi, cluster):
    pulumi.create(POLICY, policy())
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy())
    assert message(error).startswith("NetworkPolicy pay/deny: AlreadyExists: ")


def test_upsert_takes_over_an_object_that_a_killed_run_has_made(pulumi, cluster):
    pulumi.create(POLICY, policy())
    pulumi.configure(kubeconfig="given", upsertExistingObjects="true")
    first = cluster.objects[POLICY_PATH]["metadata"]["uid"]
    _, outputs = pulumi.create(POLICY, policy())
    assert outputs["metadata"]["uid"] == first
    assert len(cluster.objects) == 1


def test_upsert_takes_over_an_object_of_somebody_else(pulumi, cluster):
    cluster.somebody_has(POLICY_PATH, policy())
    pulumi.configure(kubeconfig="given", upsertExistingObjects="true")
    _, outputs = pulumi.create(POLICY, policy())
    assert outputs["metadata"]["uid"] == "theirs"


def test_a_conflict_with_another_manager_says_who_holds_what(pulumi, cluster):
    cluster.somebody_has(POLICY_PATH, policy())
    cluster.refusals.append(conflict())
    pulumi.configure(kubeconfig="given", upsertExistingObjects="true")
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy())
    assert "NetworkPolicy pay/deny: conflict: spec.x is set to another value by kubectl" in message(error)
    assert not any(force for _, force, _ in cluster.applies)


def test_a_conflict_over_an_object_of_ours_is_won(pulumi, cluster):
    pulumi.create(POLICY, policy())
    pulumi.configure(kubeconfig="given", upsertExistingObjects="true")
    cluster.refusals.append(conflict())
    pulumi.create(POLICY, policy())
    assert cluster.applies[-1] == ("pay/deny", True, False)


def test_a_race_with_a_controller_is_tried_again(pulumi, cluster):
    cluster.refusals.append(ApiError(409, "AlreadyExists", 'serviceaccounts "default" already exists'))
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "pay"}}
    object_id, _ = pulumi.create(ACCOUNT_PATCH, account)
    assert object_id == "pay/default"


def test_a_quota_without_a_controller_is_an_error_and_the_engine_learns_of_the_object(pulumi):
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": "pay"},
        "spec": {"hard": {"pods": "1"}},
    }
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(QUOTA, quota, timeout=0.001)
    assert "ResourceQuota pay/q: gave up waiting for its controller" in message(error)
    assert failed_init(error).id == "pay/q"


# Secrets.


def test_no_error_about_a_secret_quotes_its_values(pulumi, cluster):
    cause = Cause(field="data[k]", reason="FieldValueInvalid", message='Invalid value: "hunter2"')
    cluster.refusals.append(ApiError(422, "Invalid", 'Secret "s" is invalid: data[k]: "hunter2"', [cause]))
    declared = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "hunter2"}}
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(SECRET, declared)
    assert message(error) == "Secret s: invalid: data[k] (FieldValueInvalid)"


def test_a_secret_input_is_blotted_out_of_an_error(pulumi, cluster):
    cluster.refusals.append(ApiError(422, "Invalid", "spec.x: Invalid value: hunter2"))
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy(x=Secret("hunter2")))
    assert message(error) == "NetworkPolicy pay/deny: invalid: spec.x: Invalid value: [secret]"


def test_data_of_a_secret_comes_back_secret(pulumi):
    declared = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "djE="}}
    _, outputs = pulumi.create(SECRET, declared)
    assert outputs["data"] == Secret({"k": "djE="})


# Update, read, delete.


def test_an_update_takes_back_what_others_have_changed(pulumi, cluster):
    pulumi.update(POLICY, "pay/deny", policy())
    assert cluster.applies == [("pay/deny", True, False)]


def test_reading_what_is_gone_returns_no_id(pulumi):
    assert pulumi.read(POLICY, "pay/deny", policy(), policy())[0] == ""


def test_reading_a_kind_that_is_gone_returns_no_id(pulumi, cluster):
    cluster.unknown_kinds.add("NetworkPolicy")
    assert pulumi.read(POLICY, "pay/deny", policy(), policy())[0] == ""


def test_reading_an_untouched_object_asks_only_once(pulumi, cluster):
    _, outputs = pulumi.create(POLICY, policy())
    cluster.applies.clear()
    object_id, inputs, _ = pulumi.read(POLICY, "pay/deny", policy(), outputs)
    assert (object_id, inputs) == ("pay/deny", policy())
    assert not cluster.applies


def test_reading_a_touched_object_shows_the_drift_in_the_inputs(pulumi, cluster):
    _, outputs = pulumi.create(POLICY, policy())
    cluster.objects[POLICY_PATH]["spec"]["ingress"] = [{}]
    cluster.objects[POLICY_PATH]["metadata"]["resourceVersion"] = "999"
    _, inputs, _ = pulumi.read(POLICY, "pay/deny", policy(), outputs)
    assert inputs == policy(ingress=[{}])
    assert cluster.objects[POLICY_PATH]["spec"]["ingress"] == [{}]


def test_an_import_reads_by_namespace_and_name(pulumi, cluster):
    cluster.somebody_has(POLICY_PATH, policy(ingress=[{}]))
    object_id, inputs, _ = pulumi.read(POLICY, "pay/deny")
    assert (object_id, inputs) == ("pay/deny", policy(ingress=[{}]))


def test_deleting_what_is_gone_is_fine(pulumi, cluster):
    pulumi.delete(POLICY, "pay/deny", policy())
    assert cluster.deletions == ["pay/deny"]


def test_a_deletion_that_does_not_end_says_what_holds_it(pulumi, cluster):
    cluster.held.add("Namespace")
    cluster.somebody_has("/api/v1/namespaces/pay", namespace())
    with pytest.raises(grpc.RpcError) as error:
        pulumi.delete(NAMESPACE, "pay", namespace(), timeout=0.001)
    assert message(error) == "Namespace pay: gave up waiting for the deletion: finalizers example.com/keep"
    assert pulumi.log.statuses[0] == "waiting for Namespace pay to go: finalizers example.com/keep"


def test_cancel_ends_a_wait(pulumi, cluster):
    cluster.held.add("Namespace")
    cluster.somebody_has("/api/v1/namespaces/pay", namespace())
    pulumi.stub.Cancel(Empty())
    with pytest.raises(grpc.RpcError) as error:
        pulumi.delete(NAMESPACE, "pay", namespace(), timeout=30.0)
    assert "cancelled while waiting" in message(error)


def test_an_object_taken_over_under_a_new_logical_name_is_not_deleted_with_the_old_one(pulumi, cluster):
    pulumi.configure(kubeconfig="given", upsertExistingObjects="true")
    pulumi.create(POLICY, policy(), name="new")
    pulumi.delete(POLICY, "pay/deny", policy(), name="old")
    assert POLICY_PATH in cluster.objects
    assert not cluster.deletions
    assert "NetworkPolicy pay/deny stays, as new has taken it over" in pulumi.log.warnings[0]


def test_a_deleted_patch_gives_up_its_fields_and_leaves_the_object(pulumi, cluster):
    path = "/api/v1/namespaces/pay/serviceaccounts/default"
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "pay"}}
    cluster.somebody_has(path, {**account, "automountServiceAccountToken": False})
    pulumi.delete(ACCOUNT_PATCH, "pay/default", {**account, "automountServiceAccountToken": False})
    assert not cluster.deletions
    assert "automountServiceAccountToken" not in cluster.objects[path]


def test_a_deleted_patch_of_an_object_that_is_gone_creates_none(pulumi, cluster):
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "pay"}}
    pulumi.delete(ACCOUNT_PATCH, "pay/default", account)
    assert not cluster.applies
    assert not cluster.objects


def test_a_bug_is_one_line_and_no_traceback(pulumi, cluster):
    cluster.refusals.append(ValueError("hunter2"))
    with pytest.raises(grpc.RpcError) as error:
        pulumi.create(POLICY, policy())
    assert "bug in the stand-in provider, ValueError at" in message(error)
    assert "hunter2" not in message(error)
    assert "\n" not in message(error)


def test_many_creations_at_a_time_do_not_disturb_each_other(pulumi, cluster):
    def create(index):
        pulumi.create(NAMESPACE, namespace(name=f"n-{index}"))

    threads = [threading.Thread(target=create, args=[index]) for index in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cluster.objects) == 50
