"""Whatever scanner wrote the file, the same is read; a file that proves nothing is refused."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.errors import UserError
from preview.vulnerabilities import readers
from preview.vulnerabilities.model import Scan, Severity, plain

TRIVY = {
    "SchemaVersion": 2,
    "ArtifactName": "registry.example/shop/web",
    "Results": [
        {"Target": "os", "Class": "os-pkgs"},
        {
            "Target": "app",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2026-0001",
                    "PkgName": "libfoo",
                    "InstalledVersion": "1.0",
                    "FixedVersion": "1.1",
                    "Severity": "CRITICAL",
                    "PublishedDate": "2026-11-01T10:00:00Z",
                },
                {"VulnerabilityID": "CVE-2026-0002", "PkgName": "libbar", "Severity": "UNKNOWN"},
            ],
        },
    ],
}
GRYPE = {
    "descriptor": {"name": "grype"},
    "source": {"type": "image", "target": {"userInput": "registry.example/shop/web"}},
    "matches": [
        {
            "vulnerability": {
                "id": "CVE-2026-0001",
                "severity": "Critical",
                "fix": {"state": "fixed", "versions": ["1.1"]},
            },
            "artifact": {"name": "libfoo", "version": "1.0"},
        },
        {
            "vulnerability": {"id": "CVE-2026-0002", "severity": "Negligible", "fix": {"state": "not-fixed"}},
            "artifact": {"name": "libbar", "version": "2"},
        },
    ],
}
CYCLONE = {
    "bomFormat": "CycloneDX",
    "metadata": {"component": {"name": "registry.example/shop/web"}},
    "components": [{"bom-ref": "a", "name": "libfoo", "version": "1.0"}],
    "vulnerabilities": [
        {
            "id": "CVE-2026-0001",
            "ratings": [{"severity": "high"}, {"severity": "critical"}, {"severity": "odd"}],
            "recommendation": "1.1",
            "published": "2026-11-01T10:00:00Z",
            "affects": [{"ref": "a"}],
        },
        {"id": "CVE-2026-0003", "analysis": {"state": "not_affected"}, "affects": [{"ref": "a"}]},
    ],
}
SARIF = {
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "scanner",
                    "rules": [{"id": "CVE-2026-0001", "properties": {"security-severity": "9.8"}}],
                }
            },
            "results": [
                {
                    "ruleId": "CVE-2026-0001",
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "usr/lib/libfoo"}}}],
                },
                {"ruleId": "CVE-2026-0002"},
            ],
        }
    ]
}


def read(folder: Path, document: Any) -> Scan:
    file = folder / "scan.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return readers.read(file)


@pytest.mark.parametrize("document", [TRIVY, GRYPE, CYCLONE, SARIF], ids=["trivy", "grype", "cyclonedx", "sarif"])
def test_the_worst_is_read_as_such_from_every_format(tmp_path: Path, document: Any) -> None:
    scan = read(tmp_path, document)
    worst = scan.vulnerabilities[0]
    assert (worst.id, worst.severity) == ("CVE-2026-0001", Severity.CRITICAL)
    assert "libfoo" in worst.package


def test_what_the_formats_say_of_fixes_days_and_subjects_is_read(tmp_path: Path) -> None:
    for document in (TRIVY, GRYPE, CYCLONE):
        scan = read(tmp_path, document)
        assert (scan.subject, scan.vulnerabilities[0].fixed) == ("registry.example/shop/web", "1.1")
    assert read(tmp_path, TRIVY).vulnerabilities[0].published == datetime.date(2026, 11, 1)
    assert read(tmp_path, CYCLONE).vulnerabilities[0].published == datetime.date(2026, 11, 1)
    assert read(tmp_path, GRYPE).vulnerabilities[1].fixed == ""


def test_a_severity_that_nobody_gave_is_unknown_and_not_low(tmp_path: Path) -> None:
    assert read(tmp_path, TRIVY).vulnerabilities[1].severity is Severity.UNKNOWN
    assert read(tmp_path, SARIF).vulnerabilities[1].severity is Severity.UNKNOWN


@pytest.mark.parametrize("score", ["NaN", "-1", "11", "high", None, [9]])
def test_a_score_that_is_none_is_unknown(tmp_path: Path, score: Any) -> None:
    rule = {"id": "a", "properties": {"security-severity": score}}
    run = {"tool": {"driver": {"rules": [rule]}}, "results": [{"ruleId": "a"}]}
    assert read(tmp_path, {"runs": [run]}).vulnerabilities[0].severity is Severity.UNKNOWN


def test_what_a_vex_statement_rules_out_is_counted_and_not_listed(tmp_path: Path) -> None:
    scan = read(tmp_path, CYCLONE)
    assert [each.id for each in scan.vulnerabilities] == ["CVE-2026-0001"]
    assert scan.denied_by_vex == 1


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no result of a scan"),
        ({"packages": []}, "is no result of a scan"),
        ({"SchemaVersion": 2}, "Trivy looked into nothing"),
        ({"Results": []}, "Trivy looked into nothing"),
        (
            {"Results": [{"Class": "secret"}, {"Class": "config", "Misconfigurations": []}]},
            "no vulnerabilities of packages",
        ),
        ({"Results": "many"}, "Results is no list of objects"),
        ({"Results": [{"Vulnerabilities": [1]}]}, "Vulnerabilities is no list of objects"),
        ({"matches": []}, "without Grype's descriptor"),
        ({"bomFormat": "CycloneDX", "components": []}, "no scan of them"),
        ({"bomFormat": "CycloneDX", "components": [], "vulnerabilities": []}, "no scan of them"),
        ({"spdxVersion": "SPDX-2.3", "packages": []}, "is no result of a scan"),
        ({"runs": []}, "has no run"),
        ({"runs": [{"tool": {"driver": {"name": "a"}}}]}, "looked for nothing"),
    ],
)
def test_a_file_that_proves_nothing_is_refused(tmp_path: Path, document: Any, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read(tmp_path, document)


def test_a_file_that_is_absent_binary_or_huge_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="No such file"):
        readers.read(tmp_path / "absent")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="is no JSON"):
        readers.read(tmp_path / "binary")
    monkeypatch.setattr(readers, "LARGEST_BYTES", 10)
    with pytest.raises(UserError, match="scan one image at a time"):
        read(tmp_path, TRIVY)


def test_nothing_that_moves_a_terminal_is_printed() -> None:
    assert plain("a\x1b[2J\nb") == "a?[2J?b"
    assert len(plain("a" * 10_000)) == 200
    assert plain({"a": 1}) == ""


INSIDE = ("Vulnerabilities", "affects", "artifact", "driver", "fix", "results", "rules", "tool", "vulnerability")
KEYS = st.sampled_from(sorted({*INSIDE, *(key for each in (TRIVY, GRYPE, CYCLONE, SARIF) for key in each)}))
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(document=st.dictionaries(KEYS, JSON, max_size=4))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_shape_is_read_or_refused_and_never_our_bug(tmp_path: Path, document: Any) -> None:
    try:
        scan = read(tmp_path, document)
    except UserError:
        return
    assert all(each.id.isprintable() and each.package.isprintable() for each in scan.vulnerabilities)
