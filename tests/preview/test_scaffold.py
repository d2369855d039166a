"""`python -m preview new`: a stack file that is valid as it is written."""

from pathlib import Path

import pytest

from components import settings
from components.errors import UserError
from preview import scaffold
from tests.preview.test_command import preview

KINDS = settings.StackSettings.model_json_schema()["properties"]["cluster"]["anyOf"][0]["discriminator"]["mapping"]
CLOUDS = [
    cloud
    for cloud in scaffold.clouds()
    if any(f"kind: {kind}\n" in (scaffold.TEMPLATES / f"{cloud}.yaml").read_text() for kind in KINDS)
]
"""Those whose settings are in this version."""


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_new_environment_is_allowed_as_it_is_written(project: Path, cloud: str) -> None:
    made = preview(project, "new", "brand-new", "--cloud", cloud)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("written: stacks/Pulumi.brand-new.yaml")
    done = preview(project, "brand-new", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "brand-new: allowed" in done.stdout
    text = (project / "stacks" / "Pulumi.brand-new.yaml").read_text()
    assert "ENVIRONMENT" not in text
    assert text.count("CHANGE") >= 5
    assert text.splitlines()[0].startswith("# yaml-language-server: $schema=")


def test_every_cloud_of_the_stacks_has_a_template() -> None:
    assert {"aws", "azure", "existing", "gcp"} <= set(scaffold.clouds())
    assert len(CLOUDS) >= 3


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    file = scaffold.write("mine", "existing", tmp_path)
    file.write_text("mine")
    with pytest.raises(UserError, match=r"stacks/Pulumi\.mine\.yaml is there already"):
        scaffold.write("mine", "existing", tmp_path)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "Prod", "a b", "../x", "-a", "a/b", "a" * 70])
def test_a_name_that_can_not_be_one_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError):
        scaffold.write(name, "aws", tmp_path)
    assert list(tmp_path.rglob("*")) == []


def test_an_unknown_cloud_is_refused_with_those_that_there_are(project: Path) -> None:
    done = preview(project, "new", "x", "--cloud", "ibm")
    assert done.returncode == 2
    assert done.stderr == "error: there is no cloud 'ibm'; there are aws, azure, existing, gcp\n"


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "stacks").write_text("a file")
    with pytest.raises(UserError, match=r"can't be written"):
        scaffold.write("x", "existing", tmp_path)
