"""Nothing is sold whose picture could not be fetched: while the storage is away no sale begins."""

from makeline.commerce.files.storage import StorageAway
from makeline.foundation.neighbours import STORAGE, away
from makeline.foundation.unit_of_work import Reading

# It is probed every few seconds, so it is worth asking again soon.
_ASK_AGAIN = 10


def must_be_able_to_store(unit: Reading) -> None:
    """Raises ``StorageAway`` while the storage is away; costs no statement. Who has begun goes on."""
    if away(unit, STORAGE) is not None:
        raise StorageAway(
            "pictures cannot be kept at the moment, so nothing new is sold", retry_after=_ASK_AGAIN
        )
