"""Image repositories beside an EKS cluster."""

import json

import pulumi
import pulumi_aws as aws

from . import encryption, iam
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
            self._create()
        self.register_outputs(declared)

    def _create(self) -> None:
        maker = self._maker() if self.prefixes else None
        makers = [self._site.deployer, *([maker.plain_arn] if maker else [])]
        opts = pulumi.ResourceOptions.merge(
            self._children, pulumi.ResourceOptions(depends_on=maker.resources if maker else [])
        )
        key = encryption.key("images", self._site, [encryption.grant("CreateRepositories", makers)], opts)
        for repository in self._args.repositories:
            self._repository(repository, key)
        if maker is not None:
            for upstream in self._args.pull_through:
                self._copies(upstream, key, maker)

    def _maker(self) -> iam.Role:
        """Create the role by which ECR makes a repository for a copy: with a key of one's own it needs one.

        Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html
        """
        copies = [self._site.arns.repository(f"{prefix}/*") for prefix in self.prefixes]
        return iam.Role(
            "image-copies",
            self._site,
            iam.trust_service("ecr.amazonaws.com"),
            inline={"make": iam.document(iam.allow(["ecr:CreateRepository", "ecr:TagResource"], copies))},
            opts=self._children,
        )

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

    def _copies(self, upstream: Upstream, key: aws.kms.Key, maker: iam.Role) -> None:
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
            custom_role_arn=maker.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[key, *maker.resources]),
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
