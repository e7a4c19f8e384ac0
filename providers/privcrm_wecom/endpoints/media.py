"""Uploads and downloads (素材).

Uploads that expire count as reads: nobody sees them until something that is a write refers to them. A picture that
stays, and a file that the vendor goes and fetches, are writes. They name nobody, so a write scope refuses them unless
it holds them free (``WriteScope.free``).
"""

from privcrm.provider import Effect
from privcrm_wecom.endpoints.row import ANY, OF_ADDRESS, row

MEDIA_UPLOAD = row("media_upload", "media/upload", 90253, role=ANY, used_by=("media.upload",), answers=("type",))
IMAGE_UPLOAD = row(
    "media_uploadimg",
    "media/uploadimg",
    90256,
    role=ANY,
    used_by=("media.upload_image",),
    effect=Effect.WRITE,
    limits=(
        "calls_per_minute",
        "calls_per_hour",
        "permanent_images_per_day",
        "permanent_images_per_month",
        "calls_in_flight",
        *OF_ADDRESS,
    ),
    answers=("url",),
)
ATTACHMENT_UPLOAD = row(
    "media_upload_attachment", "media/upload_attachment", 95098, used_by=("media.upload",), answers=("type",)
)
MEDIA_GET = row("media_get", "media/get", 90254, method="GET", role=ANY, used_by=("media.get",))
MEDIA_FETCH = row(
    "media_upload_by_url",
    "media/upload_by_url",
    96219,
    used_by=("media.fetch",),
    effect=Effect.WRITE,
    answers=("jobid",),
)
MEDIA_FETCHED = row(
    "media_get_upload_by_url_result",
    "media/get_upload_by_url_result",
    96219,
    used_by=("media.fetched",),
    answers=("status",),
)

ROWS = (
    MEDIA_UPLOAD,
    IMAGE_UPLOAD,
    ATTACHMENT_UPLOAD,
    MEDIA_GET,
    MEDIA_FETCH,
    MEDIA_FETCHED,
)
