"""Image repositories beside an EKS cluster."""

import json

import pulumi
import pulumi_aws as aws

from . import encryption
from .service_model import EksRegistry, Upstream
from .site import Site

_UPSTREAMS = {
    Upstream.ECR_PUBLIC: "public.ecr.aws",
    Upstream.KUBERNETES: "registry.k8s.io",
    Upstream.QUAY: "quay.io",
}
_UNTAGGED_DAYS = 7


class Registry(pulumi.ComponentResource):
    """ECR repositories whose tags never move, which are scanned on push and encrypted with a key of their own.

    A pull-through cache keeps copies of public images in the account, scanned as one's own. Images outlive
    a repository's deletion only if it is empty: deleting one with images is refused.

    Controls: those in policies/controls/aws that judge repositories.
    """

    prefixes: list[str]
    """Prefixes of the repositories that copies of public images go to."""

    def __init__(self, name: str, site: Site, args: EksRegistry, *, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the repositories; their names begin with the cluster's."""
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:aws:Registry", name, declared, opts)
        self._site, self._args = site, args
        self._children = pulumi.ResourceOptions(parent=self)
        self.prefixes = [f"{site.name}/{upstream}" for upstream in args.pull_through]
        if args.repositories or args.pull_through:
            statement = encryption.grant("CreateRepositories", [site.deployer])
            key = encryption.key("images", site, [statement], self._children)
            for repository in args.repositories:
                self._repository(repository, key)
            for upstream in args.pull_through:
                self._copies(upstream, key)
        self.register_outputs(declared)

    def _repository(self, repository: str, key: aws.kms.Key) -> None:
        name = f"{self._site.name}/{repository}"
        made = aws.ecr.Repository(
            name,
            name=name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=key.arn)
            ],
            force_delete=False,
            opts=self._children,
        )
        aws.ecr.LifecyclePolicy(
            name, repository=made.name, policy=self._lifecycle(), opts=pulumi.ResourceOptions(parent=made)
        )

    def _copies(self, upstream: Upstream, key: aws.kms.Key) -> None:
        prefix = f"{self._site.name}/{upstream}"
        template = aws.ecr.RepositoryCreationTemplate(
            prefix,
            prefix=prefix,
            applied_fors=["PULL_THROUGH_CACHE"],
            image_tag_mutability="IMMUTABLE",
            encryption_configurations=[
                aws.ecr.RepositoryCreationTemplateEncryptionConfigurationArgs(encryption_type="KMS", kms_key=key.arn)
            ],
            lifecycle_policy=self._lifecycle(),
            opts=self._children,
        )
        aws.ecr.PullThroughCacheRule(
            prefix,
            ecr_repository_prefix=prefix,
            upstream_registry_url=_UPSTREAMS[upstream],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[template]),
        )

    def _lifecycle(self) -> str:
        """Return the rules by which images go: untagged ones after a week, others once there are too many."""
        untagged = {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": _UNTAGGED_DAYS,
        }
        many = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": self._args.keep_images}
        rules = [
            {"rulePriority": 1, "description": "Untagged images", "selection": untagged, "action": {"type": "expire"}},
            {"rulePriority": 2, "description": "Oldest images", "selection": many, "action": {"type": "expire"}},
        ]
        return json.dumps({"rules": rules})
