"""What the guides have for copying."""

import re
from dataclasses import replace
from pathlib import Path

import yaml

from policies.model import Waiver
from policies.waivers import WaiverFile, each_of

PLATFORM = Path(__file__).parents[1] / "docs" / "guides" / "platform.md"


def waivers(about: str, stack: str) -> tuple[Waiver, ...]:
    """The one list of waivers in the guide to platform services that names `about`, for a stack of this name."""
    lists = re.findall(r"^```yaml\n(waivers:.*?)^```", PLATFORM.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (found,) = [each for each in lists if about in each]
    entries = WaiverFile.model_validate(yaml.safe_load(found)).waivers
    return tuple(replace(waiver, stack=stack) for each in entries for waiver in each_of(each))
