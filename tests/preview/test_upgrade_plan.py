"""The upgrade plan: what is replaced, in which order, and what an upgrade would stop."""

import datetime

from components import azure
from components.aws import Cluster
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from preview.upgrade_plan import plans
from tests import aks_clusters, eks_clusters
from tests.policies.fixtures import TODAY, resource
from tests.recording import record

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
FREEZE = {"from": "2099-12-14", "to": "2100-01-04", "reason": "the busiest weeks"}


def cluster(**changes):
    args = eks_clusters.args(**changes)
    return list(record(lambda: Cluster(args.identifier, args) and None).values())


def test_the_control_plane_goes_first_then_the_add_ons_then_the_nodes() -> None:
    (plan,) = plans(cluster(upgrades={"version": "1.36", "surge": 20}), ())
    assert [step.partition(" prod")[0] for step in plan.steps] == ["control plane", "add-on", "node group"]
    assert "every node is replaced, 20 % of a group at a time" in plan.steps[2]


def test_the_plan_names_version_end_of_support_and_freezes() -> None:
    (plan,) = plans(cluster(upgrades={"version": "1.36", "freezes": [FREEZE]}), ())
    assert (plan.kind, plan.version, plan.support_ends) == ("eks", "1.36", datetime.date(2027, 8, 2))
    assert plan.days_left(datetime.date(2027, 8, 1)) == 1
    assert plan.frozen == ("2099-12-14 to 2100-01-04: the busiest weeks",)
    assert any("EKS has no soak time" in note for note in plan.notes)


def test_a_workload_without_a_disruption_budget_is_named_as_what_would_stop() -> None:
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "a"}},
        "template": {"metadata": {"labels": {"app": "a"}}},
    }
    props = {"kind": "Deployment", "metadata": {"name": "a", "namespace": "shop-web"}, "spec": spec}
    stack = [*cluster(), resource(DEPLOYMENT, "a", props)]
    verdicts = evaluate(stack, (), TODAY, all_controls()).verdicts
    (plan,) = plans(stack, verdicts)
    assert [stop.partition(":")[0] for stop in plan.stops] == ["a"]


def test_auto_mode_has_no_node_group_to_replace_and_an_existing_cluster_no_plan() -> None:
    (plan,) = plans(cluster(mode="auto"), ())
    assert [step.partition(" prod")[0] for step in plan.steps] == ["control plane"]
    assert plans([resource("secureclusters:existing:Cluster", "x", {})], ()) == ()


def test_on_aks_the_cluster_goes_first_with_the_pool_inside_it_and_then_the_pools_of_workloads() -> None:
    args = aks_clusters.args(upgrades={"version": "1.36", "freezes": [FREEZE]})
    (plan,) = plans(list(record(lambda: azure.Cluster(args.identifier, args) and None).values()), ())
    assert [step.partition(" prod")[0] for step in plan.steps] == ["control plane", "node pool"]
    assert (plan.kind, plan.version, plan.support_ends) == ("aks", "1.36", datetime.date(2027, 6, 30))
    assert plan.frozen == ("2099-12-14 to 2100-01-04: the busiest weeks",)
