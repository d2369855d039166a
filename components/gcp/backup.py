"""Backups of what is in a GKE cluster."""

import pulumi
import pulumi_gcp as gcp

from .encryption import Key
from .service_model import GkeBackup
from .site import Site

_NIGHTLY = "30 1 * * *"


def plan(
    site: Site, args: GkeBackup, *, cluster_id: pulumi.Input[str], key: Key, opts: pulumi.ResourceOptions
) -> gcp.gkebackup.BackupPlan:
    """Create the plan: everything, each night, encrypted with a key of one's own.

    Google refuses to delete a plan while one of its backups is there, and for a time nobody can delete a backup: so
    the plan stays when the cluster goes. It has no name of its own, so that the next cluster can have one, too.
    """
    return gcp.gkebackup.BackupPlan(
        site.name,
        project=site.project,
        location=site.region,
        cluster=cluster_id,
        description=f"Everything in the cluster {site.name}",
        backup_config=gcp.gkebackup.BackupPlanBackupConfigArgs(
            all_namespaces=True,
            include_secrets=True,
            include_volume_data=True,
            encryption_key=gcp.gkebackup.BackupPlanBackupConfigEncryptionKeyArgs(gcp_kms_encryption_key=key.id),
        ),
        backup_schedule=gcp.gkebackup.BackupPlanBackupScheduleArgs(cron_schedule=_NIGHTLY),
        retention_policy=gcp.gkebackup.BackupPlanRetentionPolicyArgs(
            backup_retain_days=args.keep_days, backup_delete_lock_days=args.locked_days
        ),
        labels=site.labels,
        opts=pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(depends_on=key.resources, retain_on_delete=True)
        ),
    )
