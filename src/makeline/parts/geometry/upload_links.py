"""The address that takes the bytes of one announced file, for as long as it is signed."""

from collections.abc import Sequence
from datetime import datetime

from makeline.kernel.errors import NotAllowed
from makeline.kernel.signing import BadToken, check_token, sign_name
from makeline.parts.geometry.uploads import PartUpload

_AUDIENCE = "upload"


class UploadLinkRefused(NotAllowed):
    """The address is not whole, was made for another upload, or its time is over."""

    code = "UPLOAD_LINK_REFUSED"


class UploadLinks:
    """Makes and checks such addresses. The first key signs, every key opens, so that keys can be rotated."""

    def __init__(self, base_url: str, keys: Sequence[bytes]) -> None:
        self._base_url = base_url.rstrip("/")
        self._keys = tuple(keys)

    def address(self, upload: PartUpload) -> str:
        """Where the bytes go, until the upload expires."""
        expires = int(upload.expires_at.timestamp())
        token = sign_name(self._keys[0], _name(upload.id), audience=_AUDIENCE, expires=expires)
        return f"{self._base_url}/v1/uploads/{upload.id}/bytes?token={token}"

    def check(self, upload_id: int, token: str | None, now: datetime) -> None:
        """Raises ``UploadLinkRefused``, with the same words whatever is wrong."""
        try:
            check_token(self._keys, _name(upload_id), token, audiences=(_AUDIENCE,), now=int(now.timestamp()))
        except BadToken:
            raise UploadLinkRefused("this address does not take bytes, or no longer") from None


def _name(upload_id: int) -> str:
    return f"upload {upload_id}"
