"""Everything that admission puts into a cluster: a pure function of the settings."""

import datetime
from collections.abc import Sequence
from typing import Any

from . import protection, waivers, workload
from .controls import WorkloadControl, workload_controls
from .model import AdmissionArgs, AdmissionWaiver
from .policy import AdmissionPolicy


def policies(
    args: AdmissionArgs,
    accepted: Sequence[AdmissionWaiver] = (),
    *,
    today: datetime.date,
    controls: Sequence[WorkloadControl] | None = None,
) -> list[AdmissionPolicy]:
    """Return the policies: those of the workload controls, then those that protect the baseline.

    Raises `UserError` for a waiver that has expired by `today` (UTC) or waives an unknown control, and for a
    parameter that no control reads.
    """
    chosen = workload_controls() if controls is None else controls
    controls = [control.at(args.kubernetes) if args.kubernetes else control for control in chosen]
    waivers.check(accepted, (control.id for control in controls), today)
    return [*workload.policies(args, controls, accepted), *protection.policies(args)]


def manifests(
    args: AdmissionArgs,
    accepted: Sequence[AdmissionWaiver] = (),
    *,
    today: datetime.date,
    controls: Sequence[WorkloadControl] | None = None,
) -> list[dict[str, Any]]:
    """Return every document as plain data, the policies before their bindings.

    Raises `UserError` as `policies` does.
    """
    made = policies(args, accepted, today=today, controls=controls)
    return [*(policy.manifest() for policy in made), *(policy.binding_manifest() for policy in made)]
