"""The production environments with the real charts of their services: nothing is refused, unknown or waived in vain."""

import pytest

from components.platform import versions
from local.tools import Toolbox
from policies.model import Outcome
from tests.live import platform_services
from tests.preview.test_prod_environments import PRODUCTION, accepted, declared, judged

pytestmark = pytest.mark.live


@pytest.mark.parametrize("name", PRODUCTION)
def test_nothing_is_refused_or_unknown_and_every_waiver_is_needed(
    name: str, tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = declared(name).platform
    assert platform is not None
    platform_services.have_charts(platform.charts, tools)
    monkeypatch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
    report = judged(name, accepted(name))
    assert {each.outcome for each in report.verdicts} == {Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED}
    assert report.waiver_problems == ()


@pytest.mark.parametrize("name", PRODUCTION)
def test_every_chart_and_every_image_of_production_is_pinned_by_digest(name: str) -> None:
    platform = declared(name).platform
    assert platform is not None
    for chart in platform.charts:
        pin = versions.charts()[chart]
        assert pin.sums, chart
        assert [image.tag for image in pin.images.values() if image.digest is None] == [], chart
