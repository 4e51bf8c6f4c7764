"""Whose designs somebody may touch, by what he shows: an account, or the secret of a guest or of a phone."""

import hashlib
from dataclasses import dataclass

from makeline.cases.designs.models import Draft


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at work on a design. ``token_hash`` is kept of the secret he shows; staff sees everything."""

    name: str
    user_id: int | None = None
    token_hash: str | None = None
    is_staff: bool = False

    def owns(self, draft: Draft) -> bool:
        """Whether it is his to change."""
        if draft.user_id is not None:
            return draft.user_id == self.user_id
        return self.token_hash is not None and draft.holder_hash == self.token_hash


def hash_of_secret(token: str) -> str:
    """What is stored instead of a secret of so many random bits; a phone's own secret is kept in the same way."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
