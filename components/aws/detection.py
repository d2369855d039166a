"""What sees an attack on an EKS cluster: control-plane logs, GuardDuty, Inspector."""

import json

import pulumi
import pulumi_aws as aws

from ..cloud import Managed
from . import logs
from .service_model import EksDetection
from .site import Site

CONTROL_PLANE_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""Every log that EKS offers."""
_IMAGES_AND_INSTANCES = ("EC2", "ECR")


class Detection(pulumi.ComponentResource):
    """The log group of the control plane, threat detection and vulnerability scanning.

    GuardDuty reads the audit logs, and with an agent that it keeps itself what runs on the nodes. An account
    has one detector and one Inspector in each region: where the organization's security account keeps them,
    say `organization`, and nothing is made here.

    Controls: those in policies/controls/aws that judge logs, GuardDuty and Inspector.
    """

    log_group: aws.cloudwatch.LogGroup
    """Log group of the control plane; the cluster depends on it."""

    def __init__(
        self,
        name: str,
        site: Site,
        args: EksDetection,
        *,
        logs_key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create log group and detectors; `logs_key_arn` encrypts the log group."""
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:aws:Detection", name, declared, opts)
        children = pulumi.ResourceOptions(parent=self)
        self.log_group = logs.group(
            f"{site.name}-control-plane",
            logs.control_plane_log_group(site),
            key_arn=logs_key_arn,
            days=args.log_retention_days,
            opts=children,
        )
        if args.guard_duty is Managed.HERE:
            _guard_duty(site, children)
        if args.inspector is Managed.HERE:
            aws.inspector2.Enabler(
                site.name, account_ids=[site.arns.account], resource_types=list(_IMAGES_AND_INSTANCES), opts=children
            )
        if args.findings_to is not None:
            _tell(site, args.findings_to, children)
        self.register_outputs(declared)


def _guard_duty(site: Site, opts: pulumi.ResourceOptions) -> None:
    detector = aws.guardduty.Detector(site.name, enable=True, finding_publishing_frequency="FIFTEEN_MINUTES", opts=opts)
    below = pulumi.ResourceOptions(parent=detector)
    aws.guardduty.DetectorFeature(
        f"{site.name}-audit-logs", detector_id=detector.id, name="EKS_AUDIT_LOGS", status="ENABLED", opts=below
    )
    aws.guardduty.DetectorFeature(
        f"{site.name}-runtime",
        detector_id=detector.id,
        name="RUNTIME_MONITORING",
        status="ENABLED",
        # The agent's add-on is kept by GuardDuty: it knows best which version its findings need.
        additional_configurations=[
            aws.guardduty.DetectorFeatureAdditionalConfigurationArgs(name="EKS_ADDON_MANAGEMENT", status="ENABLED")
        ],
        opts=below,
    )


def _tell(site: Site, topic: str, opts: pulumi.ResourceOptions) -> None:
    rule = aws.cloudwatch.EventRule(
        f"{site.name}-findings",
        name=f"{site.name}-findings",
        description="Findings of GuardDuty to whoever answers them",
        event_pattern=json.dumps({"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]}),
        state="ENABLED",
        opts=opts,
    )
    aws.cloudwatch.EventTarget(
        f"{site.name}-findings", rule=rule.name, target_id="sink", arn=topic, opts=pulumi.ResourceOptions(parent=rule)
    )
