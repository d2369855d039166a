"""No image passes without being verified."""

from collections.abc import Iterator

from policies import meshes, objects
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries


@control(
    title="No policy on images lets them pass unverified",
    severity=Severity.CRITICAL,
    types=objects.IMAGE_POLICIES,
    why="A static pass is enough for a whole policy, whatever its other authorities demand of the image.",
    fix="Name a signer instead of static: {action: pass}.",
    url="https://docs.sigstore.dev/policy-controller/overview/#configuring-static-policies",
)
def check(props: Props) -> Iterator[str]:
    if meshes.is_about_proxies(props):
        return
    globs = [image.get("glob") or "" for image in entries(props.read("spec.images", provider_default=[]))]
    wide = any(glob.strip("*/") == "" for glob in globs) or not globs
    for number, authority in enumerate(entries(props.read("spec.authorities", provider_default=[]))):
        static = authority.get("static")
        # Whatever is not fail passes.
        if static is not None and static.get("action") != "fail":
            about = "every image" if wide else "the images of the policy"
            yield f"spec.authorities[{number}].static passes {about} unverified"
