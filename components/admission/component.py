"""Admission as a component: policies and the bindings that put them in force."""

import datetime
from collections.abc import Sequence

import pulumi
import pulumi_kubernetes as k8s

from .. import clock
from . import arguments
from .manifests import policies
from .model import AdmissionArgs, AdmissionWaiver
from .policy import AdmissionPolicy


class AdmissionPolicies(pulumi.ComponentResource):
    """The workload controls and the protection of the baseline as ValidatingAdmissionPolicies, once per cluster.

    What the pull request check rejects, the cluster rejects too, by the same expression. It judges what is
    created and changed from then on, not what runs already (the audit does that), and changes no object.

    Controls: every control in policies/controls/workload.
    """

    names: list[str]
    """Names of the policies."""

    def __init__(
        self,
        name: str,
        args: AdmissionArgs,
        *,
        waivers: Sequence[AdmissionWaiver] = (),
        today: datetime.date | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the policies; raises `UserError` for a waiver that has expired and for an unknown parameter.

        `today` (UTC) decides which waivers have expired; by default it is the day of the update.
        """
        super().__init__("secureclusters:admission:Policies", name, {"rollout": args.rollout.value}, opts)
        self._name = name
        self._children = pulumi.ResourceOptions(parent=self)
        made = policies(args, waivers, today=today or clock.today())
        for policy in made:
            self._policy(policy)
        self.names = [policy.name for policy in made]
        self.register_outputs({"rollout": args.rollout.value, "names": self.names})

    def _policy(self, policy: AdmissionPolicy) -> None:
        """Create policy and binding; on the way out the binding goes first, so nothing is refused in between."""
        created = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
            f"{self._name}-{policy.name}",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=policy.name),
            spec=arguments.policy_spec(policy),
            opts=self._children,
        )
        k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            f"{self._name}-{policy.name}-binding",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=policy.name),
            spec=arguments.binding_spec(policy),
            opts=pulumi.ResourceOptions.merge(self._children, pulumi.ResourceOptions(depends_on=[created])),
        )
