"""The gate denies by severity, age and fix; what is accepted has an owner and an end."""

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from components.errors import UserError
from preview import ROOT
from preview.vulnerabilities import accepted
from preview.vulnerabilities.accepted import AcceptedVulnerability
from preview.vulnerabilities.gate import Decision, Rules, Unfixed, judge
from preview.vulnerabilities.model import Scan, Severity, Vulnerability
from tests.preview.vulnerabilities.test_readers import TRIVY

TODAY = datetime.date(2026, 11, 25)


def vulnerability(**changes: Any) -> Vulnerability:
    given: dict[str, Any] = {
        "id": "CVE-2026-0001",
        "package": "libfoo",
        "version": "1.0",
        "severity": Severity.CRITICAL,
        "fixed": "1.1",
        "published": datetime.date(2026, 11, 20),
    }
    return Vulnerability(**{**given, **changes})


def acceptance(**changes: Any) -> AcceptedVulnerability:
    given = {
        "id": "CVE-2026-0001",
        "package": "lib*",
        "image": "registry.example/shop/*",
        "reason": "The parser is never handed anything from outside.",
        "owner": "shop-team",
        "expires": "2026-12-31",
    }
    return AcceptedVulnerability.model_validate({**given, **changes})


def decided(
    told: Vulnerability, rules: Rules | None = None, entries: tuple[AcceptedVulnerability, ...] = ()
) -> Decision:
    scan = Scan(scanner="test", subject="registry.example/shop/web", vulnerabilities=(told,))
    (judged,) = judge(scan, rules or Rules(), entries, TODAY)
    return judged.decision


def test_high_and_worse_are_denied_with_and_without_a_fix() -> None:
    assert decided(vulnerability()) is Decision.DENIED
    assert decided(vulnerability(severity=Severity.HIGH, fixed="")) is Decision.DENIED
    assert decided(vulnerability(severity=Severity.MEDIUM)) is Decision.BELOW


def test_a_severity_that_nobody_gave_is_denied_whatever_the_bar() -> None:
    assert decided(vulnerability(severity=Severity.UNKNOWN), Rules(severity=Severity.CRITICAL)) is Decision.DENIED


def test_one_without_a_fix_warns_only_where_the_rules_say_so() -> None:
    rules = Rules(unfixed=Unfixed.WARN)
    assert decided(vulnerability(fixed=""), rules) is Decision.UNFIXED
    assert decided(vulnerability(), rules) is Decision.DENIED


def test_a_new_one_warns_until_its_grace_ends_and_one_of_an_unknown_day_has_none() -> None:
    assert decided(vulnerability(), Rules(grace_days=6)) is Decision.NEW
    assert decided(vulnerability(), Rules(grace_days=5)) is Decision.DENIED
    assert decided(vulnerability(published=None), Rules(grace_days=90)) is Decision.DENIED


@pytest.mark.parametrize("grace_days", [0, 90])
@pytest.mark.parametrize("day", ["2026-11-26", "2099-01-01", "9999-12-31"])
def test_a_day_that_has_not_come_yet_gives_no_grace(day: str, grace_days: int) -> None:
    told = vulnerability(published=datetime.date.fromisoformat(day))
    assert decided(told, Rules(grace_days=grace_days)) is Decision.DENIED


def test_an_accepted_one_passes_until_its_day_has_passed() -> None:
    assert decided(vulnerability(), entries=(acceptance(),)) is Decision.ACCEPTED
    assert decided(vulnerability(), entries=(acceptance(expires="2026-11-25"),)) is Decision.ACCEPTED
    assert decided(vulnerability(), entries=(acceptance(expires="2026-11-24"),)) is Decision.EXPIRED
    both = (acceptance(expires="2026-11-24"), acceptance())
    assert decided(vulnerability(), entries=both) is Decision.ACCEPTED


@pytest.mark.parametrize("change", [{"id": "CVE-2026-9999"}, {"package": "openssl"}, {"image": "registry.example/a"}])
def test_an_acceptance_of_something_else_accepts_nothing(change: dict[str, str]) -> None:
    assert decided(vulnerability(), entries=(acceptance(**change),)) is Decision.DENIED


def test_the_same_vulnerability_twice_is_told_once_and_the_worst_comes_first() -> None:
    low = vulnerability(id="CVE-2026-0000", severity=Severity.LOW)
    scan = Scan(scanner="test", subject="x", vulnerabilities=(low, vulnerability(), vulnerability()))
    assert [each.vulnerability.id for each in judge(scan, Rules(), (), TODAY)] == ["CVE-2026-0001", "CVE-2026-0000"]


def test_nobody_accepts_for_more_than_180_days_or_by_a_pattern_of_ids(tmp_path: Path) -> None:
    entry = acceptance().model_dump(mode="json", by_alias=True)
    file = tmp_path / "vulnerabilities.yaml"
    file.write_text(json.dumps({"vulnerabilities": [{**entry, "expires": "2027-11-24"}]}))
    with pytest.raises(UserError, match="more than 180 days ahead"):
        accepted.load(file, TODAY)
    file.write_text(json.dumps({"vulnerabilities": [{**entry, "id": "CVE-*"}]}))
    with pytest.raises(UserError, match="id"):
        accepted.load(file, TODAY)
    assert accepted.load(tmp_path / "absent", TODAY) == ()


def gate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "preview", "gate", *arguments],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_what_is_denied_and_ends_as_every_other(tmp_path: Path) -> None:
    scan = tmp_path / "scan.json"
    scan.write_text(json.dumps(TRIVY))
    done = gate(str(scan))
    assert done.returncode == 1, done.stderr
    assert "CVE-2026-0001" in done.stdout
    assert "registry.example/shop/web: denied (Trivy; 2 denied)" in done.stdout
    scan.write_text(json.dumps({"Results": [{"Target": "os", "Class": "os-pkgs"}]}))
    done = gate(str(scan), "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["conclusion"]) == (0, "allowed")
    done = gate(str(tmp_path / "absent"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
