"""The production environments have their platform services on, and what these need beyond the controls is accepted."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from components import clock, settings
from components.environment import deploy
from components.platform import rendering
from policies import waivers
from policies.catalogue import all_controls
from policies.evaluate import Report, evaluate
from policies.model import Outcome, Waiver
from policies.parameters import Parameters
from tests import platform_sketch
from tests.preview.test_command import ROOT, preview
from tests.recording import record

PRODUCTION = ("prod-aws", "prod-azure", "prod-gcp")
MESHED = ("prod-azure", "prod-gcp")
"""Whose clouds run a mesh; AWS runs none."""
SERVICES = {"disruption", "imageTrust", "runtimeDetection", "scanning", "secrets", "tls"}


def declared(name: str) -> settings.StackSettings:
    content = yaml.safe_load((ROOT / "stacks" / f"Pulumi.{name}.yaml").read_text())
    given = {key.partition(":")[2]: value for key, value in content["config"].items()}
    return settings.load(json.loads(json.dumps(given, default=str)), name)


def accepted(name: str) -> list[Waiver]:
    """The waivers of an environment, for the stack that is recorded as `test`."""
    found = waivers.load(waivers.FILE, clock.today())
    return [replace(each, stack="test") for each in found if each.concerns(name)]


def judged(name: str, given: Sequence[Waiver]) -> Report:
    loaded = declared(name)
    assert loaded.admission is not None
    lists = Parameters.of(dict(loaded.admission.parameters))
    admitted = waivers.for_admission(given, "test", clock.today())

    def program() -> None:
        deploy(loaded, admitted)

    resources = list(record(program).values())
    return evaluate(resources, given, clock.today(), all_controls(lists))


@pytest.fixture
def outlined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "render", platform_sketch.render)


@pytest.mark.parametrize("name", PRODUCTION)
def test_the_services_are_on(name: str) -> None:
    platform = declared(name).platform
    assert platform is not None
    on = platform.model_dump(by_alias=True, exclude_none=True)
    assert set(on) - {"apiServer"} == SERVICES | ({"mesh"} if name in MESHED else set())


@pytest.mark.usefixtures("outlined")
@pytest.mark.parametrize("name", MESHED)
def test_tenants_are_in_the_mesh_of_the_cloud_and_the_platforms_services_are_not(name: str) -> None:
    loaded = declared(name)
    mesh = loaded.known_mesh
    assert loaded.platform is not None
    assert loaded.platform.mesh is not None
    assert mesh is not None
    assert (loaded.platform.mesh.is_managed, loaded.platform.mesh.charts) == (True, ())

    def program() -> None:
        deploy(loaded)

    resources = list(record(program).values())
    labels = {
        each.props.plain["metadata"]["name"]: each.props.plain["metadata"]["labels"]
        for each in resources
        if each.type == "kubernetes:core/v1:Namespace"
    }
    inside = {each for each, found in labels.items() if mesh.labels.items() <= found.items()}
    assert inside == {"payments-web", "payments-api"}
    assert {each for each in labels if each.startswith("platform-")}
    policies = [each.props.plain for each in resources if each.type.endswith("/v1:AuthorizationPolicy")]
    callers = {str(rule["from"]) for each in policies for rule in each["spec"]["rules"]}
    assert callers == {str([{"source": {"principals": [mesh.principal("payments-web", "web")]}}])}


@pytest.mark.usefixtures("outlined")
@pytest.mark.parametrize("name", PRODUCTION)
def test_with_the_charts_rendered_nothing_is_refused_or_unknown_and_every_waiver_is_needed(name: str) -> None:
    report = judged(name, accepted(name))
    outcomes = {each.outcome for each in report.verdicts}
    assert outcomes == {Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED}
    assert report.waiver_problems == ()


@pytest.mark.usefixtures("outlined")
def test_without_the_waivers_the_services_are_refused() -> None:
    report = judged("prod-aws", ())
    refused = {each.control.id for each in report.verdicts if each.outcome is Outcome.FAIL}
    assert refused == {each.control for each in accepted("prod-aws")}


def test_every_accepted_risk_of_production_names_what_holds_it_down_and_a_day_of_review() -> None:
    for name in PRODUCTION:
        for each in accepted(name):
            assert each.compensating, each.control
            assert each.review, each.control


def test_what_the_api_server_judges_by_itself_it_is_told_to_let_pass_as_well() -> None:
    told = {each.control for each in waivers.for_admission(accepted("prod-aws"), "test", clock.today())}
    assert {"rbac-no-admission-changes", "workload-no-host-path", "workload-user-not-root"} <= told


@pytest.fixture(scope="module")
def without_charts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report on production from a machine whose chart cache is empty."""
    nothing = tmp_path_factory.mktemp("cache")
    done = preview(ROOT, *PRODUCTION, "--format", "json", SECURE_CLUSTERS_CACHE=str(nothing))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_without_the_charts_they_are_unknown_and_the_command_to_run_is_told(without_charts: dict[str, Any]) -> None:
    for each in without_charts["stacks"]:
        unknown = [verdict for verdict in each["verdicts"] if verdict["outcome"] == "unknown"]
        assert {verdict["control"] for verdict in unknown} == {"platform-chart-rendered"}
        assert len(unknown) == len(declared(each["name"]).platform.charts)  # pyright: ignore[reportOptionalMemberAccess]
        assert all("make charts" in message for verdict in unknown for message in verdict["messages"])
        assert not [verdict for verdict in each["verdicts"] if verdict["outcome"] in ("fail", "error")]


def test_without_the_charts_a_strict_preview_is_denied(tmp_path: Path) -> None:
    done = preview(ROOT, "prod-gcp", "--strict", SECURE_CLUSTERS_CACHE=str(tmp_path))
    assert done.returncode == 1
    assert "make charts" in done.stdout
