"""Read what a scanner wrote: Trivy's and Grype's JSON, CycloneDX, SARIF.

The file may be hostile or broken: whatever is not as expected is a `UserError`, and nothing in it is trusted to be
small, of the right kind, or printable. A file that doesn't say what was scanned proves nothing, and is refused.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from components.errors import UserError

from .model import Scan, Severity, Vulnerability, day, plain, severity

LARGEST_BYTES = 256 << 20
"""Largest file that is read."""
_NOT_AFFECTED = ("false_positive", "not_affected", "resolved", "resolved_with_pedigree")
"""States of a VEX statement in CycloneDX that say that the subject is not affected."""
_PACKAGES = ("os-pkgs", "lang-pkgs")
"""Classes of Trivy's results that are about packages; the others are secrets, licences and configurations."""
_FORMATS = "Trivy JSON (--format json), Grype JSON (-o json), CycloneDX JSON with vulnerabilities, SARIF"


def read(file: Path) -> Scan:
    """Return the result in a file; raises `UserError` where it can't be read or is no result of a scan."""
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise UserError(f"{file} has more than {LARGEST_BYTES >> 20} MiB; scan one image at a time")
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UserError(f"{file} is no JSON; formats: {_FORMATS}") from None
    if not isinstance(document, dict):
        raise UserError(f"{file} is no result of a scan; formats: {_FORMATS}")
    known = cast("dict[str, Any]", document)
    for key, reader in _READERS.items():
        if key in known:
            return reader(file, known)
    raise UserError(f"{file} is no result of a scan; formats: {_FORMATS}")


def _trivy(file: Path, document: Mapping[str, Any]) -> Scan:
    results = _objects(document, "Results")
    if not results:
        raise UserError(f"{file}: Trivy looked into nothing (Results is empty); scan the image, not an empty folder")
    if not any(each.get("Class") in _PACKAGES or each.get("Vulnerabilities") for each in results):
        raise UserError(f"{file}: Trivy looked for no vulnerabilities of packages; scan with --scanners vuln")
    found = tuple(
        Vulnerability(
            id=plain(each.get("VulnerabilityID")),
            package=plain(each.get("PkgName")),
            version=plain(each.get("InstalledVersion")),
            severity=severity(each.get("Severity")),
            fixed=plain(each.get("FixedVersion")),
            published=day(each.get("PublishedDate")),
        )
        for result in results
        for each in _objects(result, "Vulnerabilities")
    )
    return Scan(scanner="Trivy", subject=plain(document.get("ArtifactName")), vulnerabilities=found)


def _grype(file: Path, document: Mapping[str, Any]) -> Scan:
    if not _object(document, "descriptor"):
        raise UserError(f"{file}: matches without Grype's descriptor; write it with `grype -o json`")
    target = _object(document, "source").get("target")
    subject = cast("Mapping[str, Any]", target).get("userInput") if isinstance(target, dict) else target
    found = tuple(_match(each) for each in _objects(document, "matches"))
    return Scan(scanner="Grype", subject=plain(subject), vulnerabilities=found)


def _match(match: Mapping[str, Any]) -> Vulnerability:
    told, artifact = _object(match, "vulnerability"), _object(match, "artifact")
    fix = _object(told, "fix")
    versions = fix.get("versions") if fix.get("state") == "fixed" else ()
    fixed = ", ".join(plain(each) for each in cast("list[Any]", versions)) if isinstance(versions, list) else ""
    return Vulnerability(
        id=plain(told.get("id")),
        package=plain(artifact.get("name")),
        version=plain(artifact.get("version")),
        severity=severity(told.get("severity")),
        fixed=fixed or ("yes" if fix.get("state") == "fixed" else ""),
        published=None,
    )


def _cyclone(file: Path, document: Mapping[str, Any]) -> Scan:
    all_ = _objects(document, "vulnerabilities")
    if not all_:
        # Trivy writes an empty list into an SBOM that it scanned for nothing.
        raise UserError(
            f"{file} lists components, and no scan of them is seen in it (it has no vulnerabilities); scan it first:\n"
            f"trivy sbom --format json --output scan.json {file}"
        )
    names = {plain(each.get("bom-ref")): each for each in _objects(document, "components")}
    affecting = [each for each in all_ if _object(each, "analysis").get("state") not in _NOT_AFFECTED]
    found = tuple(_rated(each, component, names) for each in affecting for component in _affected(each))
    subject = _object(_object(document, "metadata"), "component").get("name")
    return Scan(
        scanner="CycloneDX",
        subject=plain(subject),
        vulnerabilities=found,
        denied_by_vex=len(all_) - len(affecting),
    )


def _affected(told: Mapping[str, Any]) -> list[str]:
    """Return the references of the components; a vulnerability that names none counts once."""
    return [plain(each.get("ref")) for each in _objects(told, "affects")] or [""]


def _rated(told: Mapping[str, Any], reference: str, components: Mapping[str, Mapping[str, Any]]) -> Vulnerability:
    component = components.get(reference, {})
    ratings = [severity(each.get("severity")) for each in _objects(told, "ratings")]
    rated = [each for each in ratings if each is not Severity.UNKNOWN]
    return Vulnerability(
        id=plain(told.get("id")),
        package=plain(component.get("name")) or reference,
        version=plain(component.get("version")),
        severity=max(rated, default=Severity.UNKNOWN),
        fixed=plain(told.get("recommendation")),
        published=day(told.get("published")),
    )


_LEVELS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
"""Lowest CVSS score of each severity: https://nvd.nist.gov/vuln-metrics/cvss"""
_HIGHEST_SCORE = 10


def _sarif(file: Path, document: Mapping[str, Any]) -> Scan:
    runs = _objects(document, "runs")
    if not runs:
        raise UserError(f"{file}: the SARIF file has no run, so nothing was scanned")
    if any(run.get("results") is None for run in runs):
        # SARIF 2.1.0, 3.14.23: an empty list where nothing was found, none where nothing was looked for.
        raise UserError(
            f"{file}: a run of the SARIF file has no results, not even an empty list: it looked for nothing"
        )
    drivers = [_object(_object(run, "tool"), "driver") for run in runs]
    found = tuple(
        _reported(result, {plain(rule.get("id")): rule for rule in _objects(driver, "rules")})
        for run, driver in zip(runs, drivers, strict=True)
        for result in _objects(run, "results")
    )
    return Scan(scanner="SARIF", subject=plain(drivers[0].get("name")), vulnerabilities=found)


def _reported(result: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> Vulnerability:
    id_ = plain(result.get("ruleId"))
    score = _object(rules.get(id_, {}), "properties").get("security-severity")
    return Vulnerability(
        id=id_,
        package=next(_places(result), ""),
        version="",
        severity=_scored(score),
        fixed="",
        published=None,
    )


def _places(result: Mapping[str, Any]) -> Iterator[str]:
    for location in _objects(result, "locations"):
        yield plain(_object(_object(location, "physicalLocation"), "artifactLocation").get("uri"))


def _scored(score: object) -> Severity:
    try:
        number = float(score) if isinstance(score, str | float | int) else None
    except ValueError:
        number = None
    if number is None or not 0 <= number <= _HIGHEST_SCORE:
        return Severity.UNKNOWN
    return next((level for lowest, level in _LEVELS if number >= lowest), Severity.NEGLIGIBLE)


def _object(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _objects(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects in a list; absent or null is an empty one, and anything else a `UserError`."""
    value = parent.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in cast("list[Any]", value)):
        raise UserError(f"{key} is no list of objects; the file was changed, or is of a format that is not known")
    return cast("list[Mapping[str, Any]]", value)


_READERS: Mapping[str, Callable[[Path, Mapping[str, Any]], Scan]] = {
    "Results": _trivy,
    "SchemaVersion": _trivy,
    "matches": _grype,
    "bomFormat": _cyclone,
    "runs": _sarif,
}
"""How a file is read, by a key that only files of the format have."""
