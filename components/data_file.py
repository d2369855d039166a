"""Read YAML that is part of this toolkit: by libyaml, which needs a tenth of the time.

Not for a file that somebody else writes: libyaml ends the process where one is nested some ten thousand levels deep.
Those are read by `yaml_file`.
"""

from pathlib import Path
from typing import Any

import yaml

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader; PyYAML's own where that was built without it."""


def read(file: Path) -> Any:
    """Return the content of a file."""
    return yaml.load(file.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - a safe loader
