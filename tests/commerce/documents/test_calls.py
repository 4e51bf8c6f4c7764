"""Documents over HTTP: attached, listed, saved, deleted; strangers find nothing; on both databases."""

import asyncio
from base64 import b64encode

from makeline.adapters.virus_scan.simulator import TEST_FILE, SimulatedScanner
from makeline.commerce.accounts.states import Role
from makeline.commerce.documents.attach import Cabinet, Paper, _record
from makeline.commerce.documents.remove import sweep_documents
from makeline.commerce.files.storage import StorageAway
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop

PDF = b"%PDF-1.7 a paper"


def paper(name: str = "document.pdf", data: bytes = PDF, **more: object) -> dict[str, object]:
    """The documented body."""
    return {"file_name": name, "file_data": b64encode(data).decode(), **more}


async def test_a_document_is_attached_read_saved_and_deleted(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        said = await anna.post("/documents", json=paper(category="technical_spec", description="as agreed"))
        document = said.json()
        assert said.status_code == 200, said.text
        assert document == {
            "id": document["id"],
            "filename": document["filename"],
            "original_filename": "document.pdf",
            "file_size": len(PDF),
            "file_type": "pdf",
            "category": "technical_spec",
            "uploaded_at": "2026-03-04T12:00:00Z",
            "description": "as agreed",
            "file_id": None,
        }
        assert document["filename"].startswith("document-")
        path = f"/documents/{document['id']}"
        assert (await anna.get(path)).json() == document
        listed = await anna.get("/documents")
        assert (listed.json(), listed.headers["x-total-count"]) == ([document], "1")
        saved = await anna.get(f"{path}/download")
        assert saved.content == PDF
        assert saved.headers["content-disposition"].startswith('attachment; filename="document.pdf"')
        assert saved.headers["x-content-type-options"] == "nosniff"
        assert (await anna.delete(path)).json() == {"message": "Document deleted successfully"}
        for answer in (await anna.get(path), await anna.get(f"{path}/download"), await anna.delete(path)):
            assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
        assert (await anna.get("/documents")).json() == []
        assert given.storage.kept == {}


async def test_a_form_does_as_well_as_json(given: Given):
    async with open_shop(given) as shop:
        boris = await somebody(shop, "boris")
        answer = await boris.post(
            "/documents",
            files={"file": ("Чертёж 1.PDF", PDF, "application/pdf")},
            data={"category": "drawing", "unknown": "x"},
        )
        document = answer.json()
        assert (document["original_filename"], document["file_type"]) == ("Чертёж 1.PDF", "pdf")
        assert (document["category"], answer.headers["x-ignored-fields"]) == ("drawing", "unknown")
        saved = await boris.get(f"/documents/{document['id']}/download")
    assert saved.content == PDF
    assert "filename*=UTF-8''%D0%A7" in saved.headers["content-disposition"]


async def test_what_is_no_document_is_refused_by_name_and_nothing_is_kept(given: Given):
    wrong = (
        (paper("program.exe"), 422, "file_name"),
        (paper("noextension"), 422, "file_name"),
        (paper("../../"), 422, "file_name"),
        (paper("document.pdf", b"MZ is no paper"), 422, "file_data"),
        (paper(data=b""), 422, "file_data"),
        (paper() | {"file_data": "no base64!"}, 422, "file_data"),
        (paper() | {"file_data": "QUJD=QUJD"}, 422, "file_data"),
        (paper() | {"file_data": 5}, 422, "file_data"),
        ({"file_name": "a.pdf"}, 422, "file_data"),
        ({"file_data": "QQ=="}, 422, "file_name"),
        (paper(category="Technical Spec"), 422, "category"),
        (paper(category="x" * 41), 422, "category"),
        (paper("plain.txt", b"hello " + TEST_FILE), 422, None),
        (paper("big.txt", b"x" * (1024 * 1024 + 1)), 413, None),
    )
    async with open_shop(given, largest_document_megabytes=1) as shop:
        carl = await somebody(shop, "carl")
        for body, status, field in wrong:
            answer = await carl.post("/documents", json=body)
            assert answer.status_code == status, (body, answer.text)
            if field is not None:
                assert list(answer.json()["details"]) == [field], answer.text
        infected = await carl.post("/documents", json=paper("plain.txt", TEST_FILE))
        assert infected.json()["code"] == "DOCUMENT_INFECTED"
        form = {"files": {"file": ("big.txt", b"x" * (1024 * 1024 + 1))}}
        assert (await carl.post("/documents", **form)).status_code == 413
        assert (
            await carl.post("/documents", data={"category": "x"}, files={"other": b"x"})
        ).status_code == 422
        broken = {"content-type": "multipart/form-data"}
        assert (await carl.post("/documents", content=b"x", headers=broken)).status_code == 422
        assert (await carl.get("/documents")).json() == []
    assert given.storage.kept == {}


async def test_names_are_shown_and_never_used(given: Given):
    async with open_shop(given) as shop:
        dora = await somebody(shop, "dora")
        for sent in (
            "../../etc/passwd.txt",
            "C:\\x\\плата.TXT",
            'a"\r\nSet-Cookie: x=1;.txt',
            "x" * 300 + ".txt",
        ):
            document = (await dora.post("/documents", json=paper(sent, b"t"))).json()
            assert not set(document["original_filename"]) & set("/\\\r\n")
            assert document["original_filename"].lower().endswith(".txt")
            assert not set(document["filename"]) & set("/ \\")
            saved = await dora.get(f"/documents/{document['id']}/download", headers={"range": "bytes=0-0"})
            assert (saved.status_code, saved.content) == (206, b"t")
            assert saved.headers["content-disposition"].isprintable()
            assert "set-cookie" not in saved.headers


async def test_equal_bytes_of_one_owner_are_kept_once_and_for_as_long_as_anybody_needs_them(given: Given):
    async with open_shop(given) as shop:
        eva = await somebody(shop, "eva")
        fred = await somebody(shop, "fred")
        one, two = [(await eva.post("/documents", json=paper(name))).json() for name in ("a.pdf", "b.pdf")]
        other = (await fred.post("/documents", json=paper())).json()
        assert one["id"] != two["id"]
        assert one["filename"] == two["filename"] != other["filename"]
        assert len(given.storage.kept) == 2
        await eva.delete(f"/documents/{one['id']}")
        assert (await eva.get(f"/documents/{two['id']}/download")).content == PDF
        await eva.delete(f"/documents/{two['id']}")
        assert list(given.storage.kept) == [other["filename"]]


async def test_a_repeated_upload_with_its_key_makes_one_document(given: Given):
    key = {"idempotency-key": "once"}
    async with open_shop(given) as shop:
        liv = await somebody(shop, "liv")
        first, again = [await liv.post("/documents", json=paper(), headers=key) for _ in range(2)]
        other = await liv.post("/documents", json=paper(data=PDF + b"!"), headers=key)
        assert first.json() == again.json()
        assert again.headers["idempotent-replayed"] == "true"
        assert other.status_code == 422
        assert len((await liv.get("/documents")).json()) == 1
        # A key is its owner's: another one's is another.
        mia = await somebody(shop, "mia")
        assert (await mia.post("/documents", json=paper(), headers=key)).json()["id"] != first.json()["id"]


async def test_uploads_at_once_keep_within_what_an_account_may_keep(given: Given):
    async with open_shop(given, quota_documents=3) as shop:
        gina = await somebody(shop, "gina")
        answers = await asyncio.gather(
            *[gina.post("/documents", json=paper(data=PDF + str(number).encode())) for number in range(8)]
        )
        assert sorted(answer.status_code for answer in answers) == [200] * 3 + [413] * 5
        over = next(answer for answer in answers if answer.status_code == 413)
        assert (over.json()["error"], over.json()["code"]) == ("PAYLOAD_TOO_LARGE", "QUOTA_FULL")
        first = (await gina.get("/documents")).json()[0]["id"]
        await gina.delete(f"/documents/{first}")
        assert (await gina.post("/documents", json=paper(data=PDF + b"last"))).status_code == 200


async def test_bytes_count_as_well_as_documents(given: Given):
    async with open_shop(given, quota_documents_megabytes=1) as shop:
        hans = await somebody(shop, "hans")
        assert (await hans.post("/documents", json=paper("a.txt", b"x" * 700_000))).status_code == 200
        assert (await hans.post("/documents", json=paper("b.txt", b"y" * 700_000))).status_code == 413


async def test_a_storage_that_is_away_leaves_nothing_behind(given: Given):
    async with open_shop(given) as shop:
        ina = await somebody(shop, "ina")
        given.storage.away = StorageAway("away")
        assert (await ina.post("/documents", json=paper())).status_code == 503
        given.storage.away = None
        assert (await ina.get("/documents")).json() == []
        assert (await ina.post("/documents", json=paper())).status_code == 200
    assert len(given.storage.kept) == 1


async def test_nothing_is_taken_while_the_scanner_is_away(given: Given):
    async with open_shop(given, clamd_address="127.0.0.1:1") as shop:
        jan = await somebody(shop, "jan")
        answer = await jan.post("/documents", json=paper())
    assert (answer.status_code, answer.json()["code"]) == (503, "SCANNER_AWAY")
    assert answer.headers["retry-after"] == "30"
    assert given.storage.kept == {}


async def test_staff_see_everybodys_documents_by_category(given: Given):
    async with open_shop(given) as shop:
        kai = await somebody(shop, "kai")
        owner = (await kai.get("/profile")).json()["id"]
        ids = [
            (await kai.post("/documents", json=paper(data=PDF + name.encode(), category=name))).json()["id"]
            for name in ("spec", "drawing", "spec")
        ]
        staff = await somebody(shop, "staff", Role.STAFF)
        every = (await staff.get("/admin/documents")).json()
        assert [(entry["id"], entry["user_id"]) for entry in every] == [
            (number, owner) for number in reversed(ids)
        ]
        some = await staff.get("/admin/documents?category=spec&limit=1")
        assert [entry["id"] for entry in some.json()] == [ids[2]]
        assert some.headers["x-total-count"] == "2"
        rest = await staff.get(some.headers["link"].partition(">")[0].removeprefix("<"))
        assert [entry["id"] for entry in rest.json()] == [ids[0]]


async def test_what_a_dead_process_left_is_swept_away(given: Given):
    begin, storage = given.database.begin, given.storage
    async with open_shop(given) as shop:
        lea = await somebody(shop, "lea")
        owner = (await lea.get("/profile")).json()["id"]
        cabinet = Cabinet(begin, storage, SimulatedScanner(), most=9, room=10**6)
        left = Paper(owner, "a.pdf", "other", "", PDF, "0" * 64)
        # It died after it had stored the bytes and before it could say so.
        row = await begin(lambda unit: _record(unit, cabinet, left, "pdf"), actor="test")
        await storage.put(row.stored_as, PDF, media_type="application/pdf")
        assert (await lea.get("/documents")).json() == []
        assert (await lea.get(f"/documents/{row.id}")).status_code == 404
        assert await sweep_documents(begin, storage) == 0
        given.clock.tick(hours=2)
        assert await sweep_documents(begin, storage) == 1
        assert await sweep_documents(begin, storage) == 0
    assert storage.kept == {}
