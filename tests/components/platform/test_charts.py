"""A chart's inside is registered as ordinary resources, or the chart says that nobody looked inside."""

from typing import Any

import pulumi
import pytest

from components.errors import UserError
from components.platform import charts, manifests
from policies.model import Resource
from tests.components.platform.charts import RELEASE, Machine, deployment, manifest
from tests.recording import record

CHART = "secureclusters:platform:Chart::small"


def registered(**options: Any) -> dict[str, Resource]:
    def program() -> None:
        charts.Chart("small", RELEASE, **options)

    return record(program)


def test_what_a_chart_renders_to_is_registered_under_it(machine: Machine) -> None:
    machine.has_archive()
    machine.has_helm([deployment(), manifest("Service")])
    found = registered()
    assert found[CHART].props.plain["rendered"] is True
    assert found[CHART].props.plain["digest"] == f"sha256:{machine.sha256}"
    inside = found["kubernetes:apps/v1:Deployment::small-small"]
    assert inside.parent == found[CHART].urn
    assert inside.props.plain["metadata"]["namespace"] == "platform-small"
    assert "kubernetes:core/v1:Service::small-small" in found


def test_helm_is_told_release_namespace_and_kubernetes_and_is_asked_once_for_the_same(machine: Machine) -> None:
    machine.has_archive()
    machine.has_helm([deployment()])
    registered()
    registered()
    (asked,) = machine.asked
    assert asked.startswith("template small ")
    assert "--namespace platform-small" in asked
    assert "--kube-version 1.36" in asked


def test_what_was_rendered_needs_neither_archive_nor_helm_again(machine: Machine) -> None:
    archive, helm = machine.has_archive(), machine.has_helm([deployment()])
    registered()
    archive.unlink()
    helm.unlink()
    assert registered()[CHART].props.plain["rendered"] is True


def test_a_chart_that_the_cache_does_not_have_is_refused_under_the_engine(machine: Machine) -> None:
    machine.has_helm([deployment()])
    with pytest.raises(UserError, match="isn't in the chart cache"):
        registered()
    with pytest.raises(UserError, match="isn't in the chart cache"):
        charts.require(["small"])


def test_without_helm_a_chart_is_refused_under_the_engine(machine: Machine) -> None:
    machine.has_archive()
    with pytest.raises(UserError, match="no helm to render the chart small"):
        charts.require(["small"])


def test_a_chart_whose_sum_is_not_known_is_never_opened(machine: Machine) -> None:
    machine.has_archive()
    machine.has_helm([deployment()])
    machine.without_sum()
    with pytest.raises(UserError, match="no archive whose sum is known"):
        charts.require(["small"])
    with pytest.raises(UserError, match="no archive whose sum is known"):
        registered()


def test_the_preview_registers_a_missing_chart_as_not_rendered(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    found = registered()
    assert list(found) == [CHART]
    assert found[CHART].props.plain["rendered"] is False
    machine.without_sum()
    assert "digest" not in registered()[CHART].props.plain


def test_an_archive_that_was_changed_is_refused_in_the_preview_too(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    machine.has_archive(b"something else")
    with pytest.raises(UserError, match="was changed"):
        registered()


def test_what_helm_refuses_is_told(machine: Machine) -> None:
    machine.has_archive()
    machine.has_helm([], fails=True)
    with pytest.raises(UserError, match="helm refuses the chart small: Error: no such value"):
        registered()


def test_definitions_come_first_and_webhooks_after_what_answers_them() -> None:
    hooks = manifest("ValidatingWebhookConfiguration", version="admissionregistration.k8s.io/v1")
    bundle = manifest("Bundle", version="trust.cert-manager.io/v1alpha1")
    definition = manifest("CustomResourceDefinition", version="apiextensions.k8s.io/v1")
    role = manifest("Role", version="rbac.authorization.k8s.io/v1")
    told = [hooks, bundle, deployment(), role, manifest("ServiceAccount"), definition]
    kinds = [[each["kind"] for each in phase] for phase in manifests.phases(told)]
    assert kinds == [
        ["CustomResourceDefinition"],
        ["Role", "ServiceAccount"],
        ["Deployment"],
        ["ValidatingWebhookConfiguration", "Bundle"],
    ]


def test_certificates_come_before_the_pods_that_mount_their_secrets() -> None:
    told = [deployment(), manifest("Certificate", version="cert-manager.io/v1")]
    kinds = [[each["kind"] for each in phase] for phase in manifests.phases(told)]
    assert kinds == [[], ["Certificate"], ["Deployment"], []]


def test_pulumi_waits_until_a_webhook_has_the_certificate_that_it_is_asked_by() -> None:
    hook = manifest("ValidatingWebhookConfiguration", version="admissionregistration.k8s.io/v1")
    (bare,) = manifests.prepared("small", [hook], "platform-small")
    assert "annotations" not in bare["metadata"]
    hook["metadata"]["annotations"] = {"cert-manager.io/inject-ca-from-secret": "platform-small/ca"}
    (awaited,) = manifests.prepared("small", [hook], "platform-small")
    assert awaited["metadata"]["annotations"] == {
        "cert-manager.io/inject-ca-from-secret": "platform-small/ca",
        "pulumi.com/waitFor": "jsonpath={.webhooks[0].clientConfig.caBundle}",
    }


def test_a_hook_is_refused_unless_it_is_left_out_by_name() -> None:
    hook = manifest("Job", "migrate", "batch/v1")
    hook["metadata"]["annotations"] = {manifests.HOOK: "pre-install"}
    with pytest.raises(UserError, match="has the hook Job/migrate"):
        manifests.prepared("small", [hook], "platform-small")
    assert manifests.prepared("small", [hook], "platform-small", hooks_left_out=["Job/migrate"]) == []


def test_a_namespace_of_a_chart_is_refused_since_the_platform_makes_it_hardened() -> None:
    with pytest.raises(UserError, match="Namespace/other"):
        manifests.prepared("small", [manifest("Namespace", "other")], "platform-small")


def test_objects_lie_where_they_say_or_in_the_release_and_cluster_wide_ones_nowhere() -> None:
    elsewhere = manifest("Role", version="rbac.authorization.k8s.io/v1")
    elsewhere["metadata"]["namespace"] = "kube-system"
    names = {"spec": {"scope": "Cluster", "names": {"kind": "Thing"}}}
    definition = manifest("CustomResourceDefinition", version="apiextensions.k8s.io/v1", **names)
    told = [elsewhere, manifest("Service"), definition, manifest("Thing", version="things.example/v1")]
    places = [each["metadata"].get("namespace") for each in manifests.prepared("small", told, "platform-small")]
    assert places == ["kube-system", "platform-small", None, None]


def test_what_a_secret_of_a_chart_holds_is_secret(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.has_archive()
    machine.has_helm([manifest("Secret", stringData={"key": "a value"})])
    seen: list[bool] = []
    original = pulumi.CustomResource.__init__

    def watch(self: Any, token: str, name: str, props: Any, opts: Any = None) -> None:
        seen.append(isinstance(props.get("stringData"), pulumi.Output))
        original(self, token, name, props, opts)

    monkeypatch.setattr(pulumi.CustomResource, "__init__", watch)
    registered()
    assert seen == [True]


def test_an_adjustment_changes_or_leaves_out_an_object(machine: Machine) -> None:
    machine.has_archive()
    machine.has_helm([deployment(), manifest("Service")])
    found = registered(adjust=lambda each: None if each["kind"] == "Service" else {**each, "changed": True})
    assert "kubernetes:core/v1:Service::small-small" not in found
    assert found["kubernetes:apps/v1:Deployment::small-small"].props.plain["changed"] is True
