#!/usr/bin/env python3
"""Start the policy pack, as a folder (`--policy-pack policies`) or as an executable file.

The engine starts it in this folder; the repository's root goes first on the path, so that modules are
always imported as `policies.x` and never twice.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import PolicyPack

from components.errors import UserError
from policies.pack import policies

try:
    PolicyPack("secure-clusters", policies=policies())
except UserError as error:
    sys.stderr.write(f"error: {error}\n")
    sys.exit(2)
