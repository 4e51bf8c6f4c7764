"""Who looks at CAD files."""

from dataclasses import dataclass
from hashlib import sha256

from makeline.commerce.accounts.members import Member


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account, staff, or whoever holds the token of a guest's file."""

    user_id: int | None = None
    sees_all: bool = False
    token_hash: str | None = None


def viewer_of(member: Member | None, *, file_token: str | None = None) -> Viewer:
    """Whoever is signed in, or nobody; with a token his sight reaches one guest's file further."""
    token_hash = hash_of_file_token(file_token) if file_token else None
    if member is None:
        return Viewer(token_hash=token_hash)
    return Viewer(member.user_id, member.is_staff, token_hash)


def hash_of_file_token(file_token: str) -> str:
    """What is kept of the token of a guest's file: it is long and by lot, so a plain hash does not give it away."""
    return sha256(file_token.encode()).hexdigest()
