"""Filling the chart cache: from the publisher or the Go module, and only what the pin says."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from components.errors import UserError
from components.platform import chart_cache, versions
from local import charts, download
from local.tools import Toolbox

WAY = versions.GoModule(
    go_module="module.example/small",
    version="v1.0.0",
    sum="h1:" + "A" * 43 + "=",
    folder="chart",
    sha256="0" * 64,
    with_files={"definitions/all.yaml": "crds/all.yaml"},
    without_dependencies=("unused",),
)


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> versions.ChartPin:
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    helm = chart_cache.folder() / "bin" / "helm"
    helm.parent.mkdir(parents=True)
    helm.write_text("")
    helm.chmod(0o755)
    folder = tmp_path / "module" / "chart"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("name: small\nversion: v0.0.0\ndependencies: [{name: unused}, {name: kept}]\n")
    (folder / "Chart.lock").write_text("locked")
    (tmp_path / "module" / "definitions").mkdir()
    (tmp_path / "module" / "definitions" / "all.yaml").write_text("c")
    (folder / "templates" / "b.yaml").write_text("b")
    (folder / "templates" / "a.yaml").write_text("a")
    monkeypatch.setattr(charts, "_module_folder", lambda _: tmp_path / "module")
    unreachable = versions.Download(url="https://charts.example/small.tgz", sha256="1" * 64)
    pinned = versions.ChartPin.model_validate(
        {"version": "v2.0.0", "appVersion": "v3", "read": "2026-11-24", "source": "test", "archives": ()}
        | {"archives": (unreachable, WAY)}
    )
    monkeypatch.setattr(versions, "charts", lambda: {"small": pinned})

    def fetch(*_: object) -> None:
        raise download.UnreachableError("charts.example cannot be reached")

    monkeypatch.setattr(download, "fetch", fetch)
    return pinned


def packed(pin: versions.ChartPin, tmp_path: Path) -> bytes:
    return charts.pack("small", pin, WAY, tmp_path / "module")


def with_right_sum(pin: versions.ChartPin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    sha256 = hashlib.sha256(packed(pin, tmp_path)).hexdigest()
    right = pin.model_copy(update={"archives": (pin.archives[0], WAY.model_copy(update={"sha256": sha256}))})
    monkeypatch.setattr(versions, "charts", lambda: {"small": right})
    return sha256


def test_a_packed_chart_is_the_same_whatever_the_files_times_and_order_with_what_the_pin_adds(
    pin: versions.ChartPin, tmp_path: Path
) -> None:
    first = packed(pin, tmp_path)
    file = tmp_path / "module" / "chart" / "templates" / "a.yaml"
    file.unlink()
    file.write_text("a")
    assert packed(pin, tmp_path) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        names = tar.getnames()
    assert names == ["small/Chart.yaml", "small/crds/all.yaml", "small/templates/a.yaml", "small/templates/b.yaml"]


def test_a_packed_chart_says_its_release_and_depends_on_nothing_left_out(
    pin: versions.ChartPin, tmp_path: Path
) -> None:
    with tarfile.open(fileobj=io.BytesIO(packed(pin, tmp_path))) as tar:
        file = tar.extractfile("small/Chart.yaml")
        assert file is not None
        described = file.read().decode()
    assert '"version": "v2.0.0"' in described
    assert '"appVersion": "v3"' in described
    assert "unused" not in described
    assert "kept" in described


def test_where_the_publisher_is_not_reached_the_module_fills_the_cache(
    pin: versions.ChartPin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = with_right_sum(pin, tmp_path, monkeypatch)
    charts.provide(Toolbox())
    found = chart_cache.archive((sha256,))
    assert found is not None
    assert found[1].read_bytes() == packed(pin, tmp_path)


def test_a_chart_that_is_not_what_the_pin_says_never_reaches_the_cache(pin: versions.ChartPin) -> None:
    with pytest.raises(UserError, match="pinned is 0000"):
        charts.provide(Toolbox())
    assert list((chart_cache.folder() / "archives").iterdir()) == []


def test_a_chart_that_can_be_had_from_nowhere_is_told_with_the_reasons(
    pin: versions.ChartPin, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = pin.model_copy(update={"archives": pin.archives[:1]})
    monkeypatch.setattr(versions, "charts", lambda: {"small": only})
    with pytest.raises(UserError, match=r"from nowhere: charts\.example cannot be reached"):
        charts.provide(Toolbox())


def test_one_that_can_be_had_from_nowhere_keeps_no_other_away(
    pin: versions.ChartPin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = with_right_sum(pin, tmp_path, monkeypatch)
    lost = pin.model_copy(update={"archives": pin.archives[:1]})
    both = {"lost": lost, **versions.charts()}
    monkeypatch.setattr(versions, "charts", lambda: both)
    with pytest.raises(UserError, match="the chart lost can be had from nowhere"):
        charts.provide(Toolbox())
    assert chart_cache.archive((sha256,)) is not None
    charts.provide(Toolbox(), ["small"])


def test_a_commit_fills_the_cache_and_another_one_does_not(
    pin: versions.ChartPin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    commit = committed(tmp_path / "module")
    way = versions.GitCommit(
        repository="https://git.example/small",
        commit=commit,
        folder="chart",
        sha256=hashlib.sha256(packed(pin, tmp_path)).hexdigest(),
        with_files=WAY.with_files,
        without_dependencies=("unused",),
    )
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{tmp_path / 'module'}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://git.example/small")
    there = pin.model_copy(update={"archives": (way,)})
    lost = pin.model_copy(update={"archives": (way.model_copy(update={"commit": "0" * 40}),)})
    monkeypatch.setattr(versions, "charts", lambda: {"small": lost})
    assert "can be had from nowhere: https://git.example/small" in str(charts.obtain("small"))
    monkeypatch.setattr(versions, "charts", lambda: {"small": there})
    assert charts.obtain("small") is None
    assert chart_cache.archive(there.sums) is not None


def committed(folder: Path) -> str:
    author = ("-c", "user.name=test", "-c", "user.email=test@test.example")
    for step in (("init", "-q"), ("add", "."), (*author, "commit", "-q", "-m", "A chart")):
        subprocess.run(["git", "-C", str(folder), *step], check=True)
    head = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return head.stdout.strip()


def test_a_chart_without_a_known_sum_is_not_obtained(pin: versions.ChartPin, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = tuple(each.model_copy(update={"sha256": None}) for each in pin.archives)
    monkeypatch.setattr(versions, "charts", lambda: {"small": pin.model_copy(update={"archives": unknown})})
    charts.provide(Toolbox())
    assert not (chart_cache.folder() / "archives").exists()


def test_a_folder_of_definitions_becomes_a_chart_of_these_alone(pin: versions.ChartPin, tmp_path: Path) -> None:
    way = WAY.model_copy(update={"folder": "definitions", "with_files": {}})
    with tarfile.open(fileobj=io.BytesIO(charts.pack("small", pin, way, tmp_path / "module"))) as tar:
        described = tar.extractfile("small/Chart.yaml")
        assert described is not None
        assert json.loads(described.read()) == {
            "apiVersion": "v2",
            "appVersion": "v3",
            "name": "small",
            "version": "v2.0.0",
        }
        assert tar.getnames() == ["small/Chart.yaml", "small/crds/all.yaml"]


@pytest.mark.parametrize("declaration", ["Chart.yaml", "requirements.yaml"])
def test_a_chart_of_the_same_project_that_it_is_built_from_is_packed_with_it(
    pin: versions.ChartPin, tmp_path: Path, declaration: str
) -> None:
    module = tmp_path / "module"
    (module / "shared" / "templates").mkdir(parents=True)
    (module / "shared" / "Chart.yaml").write_text("name: shared\n")
    (module / "shared" / "templates" / "_help.tpl").write_text("h")
    (module / "chart" / "Chart.yaml").write_text("name: small\n")
    (module / "chart" / declaration).write_text(
        "name: small\ndependencies: [{name: shared, repository: 'file://../shared'}, {name: far, repository: 'https://x'}]"
    )
    (module / "chart" / "requirements.lock").write_text("locked")
    with tarfile.open(fileobj=io.BytesIO(packed(pin, tmp_path))) as tar:
        names = set(tar.getnames())
    assert {"small/charts/shared/Chart.yaml", "small/charts/shared/templates/_help.tpl"} <= names
    assert not [each for each in names if "far" in each or each.endswith(".lock")]
