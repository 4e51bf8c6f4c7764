"""GET /image/{filename}: pictures for holders of a link, and for nobody else not even the news that there is one."""

import dataclasses

import httpx2
import pytest

from makeline.commerce.files.keep import checked, record_file, store_bytes
from makeline.commerce.files.links import Audience
from makeline.commerce.files.models import FileKind, StoredFile
from makeline.commerce.files.routes import RecentBytes
from makeline.commerce.files.storage import StorageAway
from tests.fakes import MemoryStorage
from tests.given import Given
from tests.web import open_shop

DATA = b"\x89PNG the proof of a dog"
PROOF = checked(FileKind.PROOF, DATA, "image/png", (10, 10))


async def proof(given: Given) -> StoredFile:
    """A stored proof."""
    await store_bytes(given.storage, PROOF)
    return await given.database.begin(lambda unit: record_file(unit, PROOF), actor="test")


def path_of(given: Given, name: str, audience: Audience = Audience.CUSTOMER) -> str:
    """A genuine link, without its host."""
    return given.links.link(name, audience, given.clock()).url.split("makeline.test", 1)[1]


def fault(answer: httpx2.Response) -> str:
    """The type of a refusal in the dialect of pictures."""
    (detail,) = answer.json()["detail"]
    assert detail["input"] is None
    assert set(detail) == {"type", "loc", "msg", "input"}
    return detail["type"]


async def test_whoever_holds_a_link_gets_the_bytes(given: Given):
    file = await proof(given)
    async with open_shop(given) as shop:
        for audience in (Audience.CUSTOMER, Audience.MANUFACTURER):
            answer = await shop.stranger.get(path_of(given, file.name, audience))
            assert (answer.status_code, answer.content) == (200, DATA)
            assert answer.headers["content-type"] == "image/png"
            assert answer.headers["etag"] == f'"{file.sha256}"'
            assert "private" in answer.headers["cache-control"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-disposition"] == f'inline; filename="{file.name}"'
        # Staff sees pictures on pages of its own: no link is good for that.
        for_staff = await shop.stranger.get(path_of(given, file.name, Audience.STAFF))
        assert (for_staff.status_code, fault(for_staff)) == (422, "token_malformed")


async def test_without_a_good_token_nobody_learns_whether_there_is_a_file(given: Given):
    file = await proof(given)
    path = path_of(given, file.name)
    bare, token = path.split("?token=")
    expires, audience, digest = token.split(":")
    bad = {
        bare: "missing",
        f"{bare}?token=": "missing",
        f"{bare}?token=nonsense": "token_malformed",
        f"{bare}?token={expires}:{audience}:{'0' * 64}": "token_invalid",
        f"{bare}?token={int(expires) + 1}:{audience}:{digest}": "token_invalid",
        f"{bare}?token={expires}:chinese_manufacturing:{digest}": "token_invalid",
        f"{bare}?token={expires}:{audience}:{digest}%00": "token_malformed",
        f"{bare}?token={expires}:{audience}%3A{digest}x": "token_malformed",
        f"{bare}?token={expires}:{audience}:{digest.upper()}": "token_malformed",
    }
    async with open_shop(given) as shop:
        for wrong, kind in bad.items():
            for there in (wrong, wrong.replace(file.name, "proof-0000.png")):
                answer = await shop.stranger.get(there)
                assert (answer.status_code, fault(answer)) == (422, kind), there
        given.clock.tick(hours=2)
        answer = await shop.stranger.get(path)
        assert (answer.status_code, fault(answer)) == (422, "token_expired")


async def test_a_holder_of_a_token_for_nothing_is_told_so(given: Given):
    async with open_shop(given) as shop:
        for name in ("proof-0000.png", "x" * 199, "x" * 5000, "%2e%2e"):
            named = name.replace("%2e", ".")
            token = path_of(given, named).split("?token=")[1]
            answer = await shop.stranger.get(f"/image/{name}?token={token}")
            assert (answer.status_code, fault(answer)) == (404, "not_found"), name


async def test_a_row_whose_bytes_are_gone_is_not_found(given: Given):
    file = await proof(given)
    given.storage.kept.clear()
    async with open_shop(given) as shop:
        assert (await shop.stranger.get(path_of(given, file.name))).status_code == 404


async def test_a_storage_that_is_away_is_said_in_the_dialect_of_pictures(given: Given):
    class Away(MemoryStorage):
        """Nothing can be read."""

        async def get(self, name: str) -> bytes | None:
            raise StorageAway("the file could not be read")

    file = await proof(given)
    async with open_shop(dataclasses.replace(given, storage=Away())) as shop:
        answer = await shop.stranger.get(path_of(given, file.name))
        assert answer.status_code == 503
        assert isinstance(answer.json()["detail"], list)


async def test_what_was_fetched_lately_is_fetched_from_memory(given: Given):
    file = await proof(given)
    async with open_shop(given) as shop:
        for _ in range(3):
            assert (await shop.stranger.get(path_of(given, file.name))).content == DATA
            given.storage.kept.clear()


@pytest.fixture
def file() -> StoredFile:
    """A row without a database."""
    return StoredFile(1, "a", FileKind.PROOF, "image/png", "0" * 64, 1, 1, 1, None)  # ty: ignore[invalid-argument-type]


def test_memory_is_bounded_and_the_longest_unused_goes_first(file: StoredFile):
    recent = RecentBytes(room=100)
    for name in "abcd":
        recent.keep(file._replace(name=name), bytes(25))
    assert recent.get("a") is not None
    recent.keep(file._replace(name="e"), bytes(25))
    assert [name for name in "abcde" if recent.get(name)] == ["a", "c", "d", "e"]
    assert recent.size == 100


def test_one_large_picture_does_not_push_out_all_others(file: StoredFile):
    recent = RecentBytes(room=100)
    recent.keep(file._replace(name="small"), bytes(10))
    recent.keep(file._replace(name="large"), bytes(26))
    assert recent.get("large") is None
    assert recent.get("small") is not None


def test_the_same_picture_twice_counts_once(file: StoredFile):
    recent = RecentBytes(room=100)
    for _ in range(3):
        recent.keep(file, bytes(20))
    assert recent.size == 20
