"""What a preview imports: the SDK of the cloud that the stack uses, and of no other."""

import subprocess
import sys

import pytest

from tests.preview.test_command import ROOT

SDKS = ("pulumi_aws", "pulumi_azure_native", "pulumi_gcp")
PROGRAM = f"""\
import os, runpy, sys
os.sched_getaffinity = lambda _: [0]  # with one core all is done in this process
sys.argv = ["preview", sys.argv[1], "--output", "/dev/null"]
try:
    runpy.run_module("preview", run_name="__main__")
except SystemExit as end:
    assert end.code == 0, end.code
print(*(sdk for sdk in {SDKS} if sdk in sys.modules))
"""


@pytest.mark.parametrize(
    ("stack", "imported"),
    [("local", []), ("local-tenants", []), ("dev-aws", ["pulumi_aws"]), ("dev-gcp", ["pulumi_gcp"])],
)
def test_only_the_cloud_in_use_is_imported(stack: str, imported: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, stack], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == imported
