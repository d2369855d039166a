"""The pod of the audit: restricted, with a token that lives an hour and can only list."""

from typing import Final

from pulumi_kubernetes.batch.v1 import JobSpecArgs, JobTemplateSpecArgs
from pulumi_kubernetes.core import v1
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from .model import AuditArgs

NAME: Final = "audit"
LABELS: Final = {"app.kubernetes.io/name": "secure-clusters-audit"}

_USER = 65532
"""Its own user id, above those of a node's people and services."""
_SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""Where programs in a cluster look for their token."""
_LONGEST_RUN_SECONDS = 1800
_KEPT_SECONDS = 7 * 24 * 3600
_TOKEN_SECONDS = 3600


def job_template(args: AuditArgs) -> JobTemplateSpecArgs:
    """Return the Job of one run; findings fail it, and a second try would only find them again."""
    return JobTemplateSpecArgs(
        spec=JobSpecArgs(
            backoff_limit=0,
            active_deadline_seconds=_LONGEST_RUN_SECONDS,
            ttl_seconds_after_finished=_KEPT_SECONDS,
            template=v1.PodTemplateSpecArgs(metadata=ObjectMetaArgs(labels=LABELS), spec=_spec(args)),
        )
    )


def _spec(args: AuditArgs) -> v1.PodSpecArgs:
    return v1.PodSpecArgs(
        restart_policy="Never",
        service_account_name=NAME,
        automount_service_account_token=False,
        enable_service_links=False,
        host_users=False,
        security_context=v1.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=_USER,
            run_as_group=_USER,
            fs_group=_USER,
            seccomp_profile=v1.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        containers=[_container(args)],
        volumes=[_token()],
    )


def _container(args: AuditArgs) -> v1.ContainerArgs:
    amounts = {"cpu": "500m", "memory": args.memory, "ephemeral-storage": "64Mi"}
    return v1.ContainerArgs(
        name=NAME,
        image=args.image,
        image_pull_policy="Always",
        command=["python", "-m", "preview", "audit", "--in-cluster", *_options(args)],
        env=[v1.EnvVarArgs(name="PYTHONDONTWRITEBYTECODE", value="1")],
        resources=v1.ResourceRequirementsArgs(limits=amounts, requests=amounts),
        security_context=v1.SecurityContextArgs(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            run_as_non_root=True,
            capabilities=v1.CapabilitiesArgs(drop=["ALL"]),
        ),
        volume_mounts=[v1.VolumeMountArgs(name="token", mount_path=_SERVICE_ACCOUNT, read_only=True)],
    )


def _options(args: AuditArgs) -> list[str]:
    lists = [f"--parameter={name}={','.join(items)}" for name, items in sorted(args.parameters.items())]
    return [*lists, *([f"--kubernetes={args.kubernetes}"] if args.kubernetes else [])]


def _token() -> v1.VolumeArgs:
    """Return the token by hand: it ends after an hour, and only this pod of the namespace has one."""
    return v1.VolumeArgs(
        name="token",
        projected=v1.ProjectedVolumeSourceArgs(
            default_mode=0o440,
            sources=[
                v1.VolumeProjectionArgs(
                    service_account_token=v1.ServiceAccountTokenProjectionArgs(
                        path="token", expiration_seconds=_TOKEN_SECONDS
                    )
                ),
                v1.VolumeProjectionArgs(
                    config_map=v1.ConfigMapProjectionArgs(
                        name="kube-root-ca.crt", items=[v1.KeyToPathArgs(key="ca.crt", path="ca.crt")]
                    )
                ),
            ],
        ),
    )
