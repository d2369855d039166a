"""CI signs by digest what it has an SBOM and a base image of, and refuses everything else before it signs."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from components.platform.image_policies import BASE_IMAGE_PREDICATE
from preview import ROOT

IMAGE = "registry.example/shop/web@sha256:" + "a" * 64
BASE = "gcr.io/distroless/static-debian12:nonroot@sha256:" + "b" * 64
COSIGN = """#!/bin/sh
echo "$@" >> "$ASKED"
while [ "$#" -gt 1 ]; do [ "$1" = --predicate ] && cat "$2" >> "$PREDICATES"; shift; done
"""


class Pipeline:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        cosign = folder / "bin" / "cosign"
        cosign.write_text(COSIGN)
        cosign.chmod(0o755)
        (folder / "sbom.json").write_text('{"bomFormat": "CycloneDX"}\n')

    def sign(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.defpath}",
            "ASKED": str(self.folder / "asked"),
            "PREDICATES": str(self.folder / "predicates"),
        }
        command = [str(ROOT / "scripts" / "sign-image.sh"), *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def test_an_image_is_signed_and_its_sbom_and_base_image_attested(pipeline: Pipeline) -> None:
    done = pipeline.sign(IMAGE, "--base-image", BASE, "--sbom", "sbom.json")
    assert done.returncode == 0, done.stderr
    sign, sbom, base = pipeline.asked
    assert sign == f"sign --yes {IMAGE}"
    assert sbom == f"attest --yes --type cyclonedx --predicate sbom.json {IMAGE}"
    assert base.startswith(f"attest --yes --type {BASE_IMAGE_PREDICATE} --predicate ")
    told = json.loads((pipeline.folder / "predicates").read_text().splitlines()[1])
    assert told == {"baseImage": {"name": "gcr.io/distroless/static-debian12", "digest": "sha256:" + "b" * 64}}


def test_a_key_in_a_key_service_signs_everything(pipeline: Pipeline) -> None:
    key = "awskms:///alias/release"
    assert pipeline.sign(IMAGE, "--base-image", BASE, "--sbom", "sbom.json", "--key", key).returncode == 0
    assert all(f"--key {key}" in each for each in pipeline.asked)


def test_where_signing_fails_nothing_is_attested(pipeline: Pipeline) -> None:
    (pipeline.folder / "bin" / "cosign").write_text('#!/bin/sh\necho "$@" >> "$ASKED"\nexit 1\n')
    assert pipeline.sign(IMAGE, "--base-image", BASE, "--sbom", "sbom.json").returncode == 1
    assert len(pipeline.asked) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name the image by digest"),
        (("registry.example/shop/web:1", "--base-image", BASE, "--sbom", "sbom.json"), "name the image by digest"),
        ((IMAGE, "--base-image", "debian:12", "--sbom", "sbom.json"), "name the base image by digest"),
        ((IMAGE, "--sbom", "sbom.json"), "name the base image by digest"),
        ((IMAGE, "--base-image", f'x"y@sha256:{"b" * 64}', "--sbom", "sbom.json"), "name the base image by digest"),
        ((IMAGE, "--base-image", BASE), "give the SBOM"),
        ((IMAGE, "--base-image", BASE, "--sbom", "bin/cosign"), "not CycloneDX"),
        ((IMAGE, "--base-image", BASE, "--sbom", "sbom.json", "--key", "cosign.key"), "key management service"),
        ((IMAGE, "--base-image"), "needs a value"),
        ((IMAGE, "--force", "yes"), "unknown option --force"),
    ],
)
def test_what_nobody_could_verify_later_is_refused_before_anything_is_signed(
    pipeline: Pipeline, arguments: tuple[str, ...], told: str
) -> None:
    done = pipeline.sign(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert pipeline.asked == []
