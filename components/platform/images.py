"""Values that charts take for their images: by digest where it is known."""

from typing import Any

from . import versions


def values(chart: str, image: str) -> dict[str, Any]:
    """Return `repository`, `tag` and, where it is known, `digest` of an image, as most charts take them."""
    pin = versions.charts()[chart].images[image]
    digest = {"digest": pin.digest} if pin.digest else {}
    return {"repository": pin.repository, "tag": pin.tag, **digest}


def tagged(chart: str, image: str) -> dict[str, str]:
    """Return `repository` and `tag` of an image, for charts that know no digest: it stands behind the tag."""
    pin = versions.charts()[chart].images[image]
    return {"repository": pin.repository, "tag": f"{pin.tag}@{pin.digest}" if pin.digest else pin.tag}
