"""The doctor's round: what is in order is called so, and what is really broken comes with what to do."""

import asyncio
import json
import resource
import sqlite3
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from makeline.adapters.gemini.simulator.app import KEY as GEMINI_KEY
from makeline.adapters.gemini.simulator.server import running as gemini_running
from makeline.adapters.gemini.simulator.switches import Switches as GeminiSwitches
from makeline.adapters.print_partner.simulator import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from makeline.adapters.stripe.gateway import StripeGateway
from makeline.adapters.stripe.simulator.server import running as stripe_running
from makeline.adapters.stripe.simulator.settings import KEY as STRIPE_KEY
from makeline.adapters.stripe.simulator.settings import SimulatorSettings
from makeline.commerce.payments.no_gateway import NoGateway
from makeline.main.cli import cli
from makeline.main.doctor.diagnosis import Diagnosis, Severity
from makeline.main.doctor.examine import CHECKS, examine_deployment
from makeline.main.doctor.of_machine import of_room
from makeline.main.doctor.of_neighbours import told_by_gateway
from makeline.main.doctor.of_settings import of_settings
from tests.adapters.mail.test_mail import PostServer
from tests.adapters.mail.test_mail import running as post_running
from tests.adapters.print_partner.partner_stage import staged
from tests.adapters.virus_scan.test_clamd import Clamd
from tests.adapters.virus_scan.test_clamd import running as clamd_running
from tests.servers.s3 import Bucket
from tests.servers.valkey import start_valkey
from tests.web import settings_of
from tools.deploy_check import make_certificate

OK, WARN, FAIL = Severity
GIB = 1024**3


async def look(*names: str, **settings: Any) -> dict[str, Diagnosis]:
    """What is found by these checks, by subject; of several about one the worst."""
    found = await examine_deployment(settings_of(**settings), list(names))
    order = list(Severity)
    return {one.subject: one for one in sorted(found, key=lambda one: order.index(one.severity))}


async def test_a_database_that_is_there_with_our_schema_is_in_order_and_one_that_is_not_is_never_made(
    sqlite_shop: Path, tmp_path: Path
):
    copy = tmp_path / "shop.sqlite"
    copy.write_bytes(sqlite_shop.read_bytes())
    found = await look("database", "promises", database_url=f"sqlite:///{copy}")
    assert (found["database"].severity, found["schema"].severity) == (OK, OK)
    assert found["workers"].severity is WARN
    for revision, severity, told in (("0004", FAIL, "older"), ("9999", WARN, "newer")):
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        schema = (await look("database", database_url=f"sqlite:///{copy}"))["schema"]
        assert (schema.severity, told in schema.found) == (severity, True)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")
    assert (await look("database", database_url=f"sqlite:///{copy}"))["schema"].advice == "makeline migrate"
    missing = tmp_path / "missing.sqlite"
    found = await look("database", "promises", "crm", database_url=f"sqlite:///{missing}")
    assert found["database"].severity is FAIL
    assert not missing.exists()


async def test_a_server_that_forgets_at_a_power_cut_is_called_broken(
    postgres_again: str, free_port: Callable[[], int]
):
    found = await examine_deployment(settings_of(database_url=postgres_again), ["database"])
    # The server of the tests is told to forget, and that it may.
    said = [one.found for one in found if one.severity is FAIL]
    assert [line.split()[0] for line in said] == ["fsync", "full_page_writes", "synchronous_commit"]
    assert Diagnosis("the database's clock", OK, "agrees with ours") in found
    away = await look("database", database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert away["database"].severity is FAIL


async def test_work_that_nobody_does_is_found(sqlite_shop: Path, tmp_path: Path):
    copy = tmp_path / "shop.sqlite"
    copy.write_bytes(sqlite_shop.read_bytes())
    url = f"sqlite:///{copy}"

    async def after(sql: str) -> dict[str, Diagnosis]:
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.executescript(sql)
        return await look("promises", database_url=url)

    pulse = "INSERT OR REPLACE INTO chores (name, due_at) VALUES ('quotes.expire', '{}')"
    far, past = _moment(+3600), _moment(-3600)
    found = await after(pulse.format(far))
    assert (found["workers"].severity, found["promises"].severity) == (OK, OK)
    assert (await after(pulse.format(past)))["workers"].severity is FAIL
    promise = (
        "INSERT INTO deliveries (id, event, subscriber, payload, due_at, attempts, created_at, state, finished_at, last_error)"
        f" VALUES ({{}}, 'x', 'x', '[]', '{_moment(-60)}', 1, '{_moment(-60)}', {{}});"
    )
    late = await after(pulse.format(far) + ";" + promise.format(1, "'pending', NULL, NULL"))
    assert (late["workers"].severity, "waited for" in late["workers"].found) == (WARN, True)
    dead = await after("DELETE FROM deliveries;" + promise.format(2, f"'dead', '{_moment(0)}', 'no'"))
    assert (dead["promises"].severity, dead["workers"].severity) == (WARN, OK)


async def test_storage_limits_letters_and_scanner_are_tried_for_real(
    tmp_path: Path, s3_bucket: Bucket, free_port: Callable[[], int]
):
    closed = f"127.0.0.1:{free_port()}"
    bucket = {
        "storage_url": f"s3://{s3_bucket.bucket}",
        "s3_endpoint": s3_bucket.endpoint,
        "s3_access_key": "test",
        "s3_secret_key": "test",
    }
    process, valkey = start_valkey(tmp_path / "valkey")
    with process:
        async with post_running(PostServer()) as post, clamd_running(Clamd()) as clamd:
            there = dict(bucket, smtp_url=f"smtp://{post}", clamd_address=clamd, valkey_url=valkey.url)
            found = await look("storage", "limits", "mail", "scanner", **there)
    assert {found[name].severity for name in ("storage", "letters", "virus scanner")} == {OK}
    assert found["limits"].severity in (OK, WARN)
    closing_post, blind_clamd = PostServer({"EHLO": "421 no", "HELO": "421 no"}), Clamd(b"stream: OK\0")
    async with post_running(closing_post) as post, clamd_running(blind_clamd) as blind:
        broken = {
            **dict(bucket, storage_url=f"s3://{s3_bucket.bucket}-that-nobody-made"),
            **dict(smtp_url=f"smtp://{post}", clamd_address=blind, valkey_url=f"valkey://{closed}"),
        }
        found = await look("storage", "limits", "mail", "scanner", **broken)
    assert {found[name].severity for name in ("storage", "limits", "letters", "virus scanner")} == {FAIL}
    assert "finds nothing" in found["virus scanner"].found
    assert all(found[name].advice for name in ("storage", "limits", "letters", "virus scanner"))


async def test_the_partner_the_crm_and_the_gateway_are_asked_whether_they_know_us(
    tmp_path: Path, sqlite_shop: Path, free_port: Callable[[], int]
):
    own = {"database_url": f"sqlite:///{sqlite_shop}"}
    closed = f"http://127.0.0.1:{free_port()}/rest/1/code/"
    async with staged(tmp_path) as stage:
        account = dict(partner_account=DEMO_ACCOUNT, partner_password=DEMO_PASSWORD, partner_key=DEMO_KEY)
        server = dict(partner_base_url=stage.simulator.base_url)
        good = await look("partner", "crm", **own, **server, **account, crm_webhook_url=closed)
        bad = await look("partner", **own, **server, **dict(account, partner_password="wrong"))
    assert (good["print partner"].severity, bad["print partner"].severity) == (OK, FAIL)
    assert good["CRM"].severity is FAIL
    port = free_port()
    simulated = await look("partner", "crm", "payments", **own, port=port)
    assert {simulated[name].severity for name in ("print partner", "CRM", "card payments")} == {WARN}
    async with stripe_running(SimulatorSettings()) as stripe:
        for key, severity in ((STRIPE_KEY, OK), ("sk_test_somebody_elses", FAIL)):
            gateway = StripeGateway(key, address=stripe.url)
            assert (await told_by_gateway(gateway, simulated=False)).severity is severity
            await gateway.close()
    assert (await told_by_gateway(NoGateway(), simulated=False)).severity is WARN


async def test_the_stylist_is_asked_for_his_model():
    async with gemini_running(GeminiSwitches(models=("best",))) as gemini:
        there = dict(gemini_base_url=gemini.url, gemini_key=GEMINI_KEY, gemini_models="best")
        assert (await look("stylist", **there))["stylist"].severity is OK
        for change in (dict(gemini_key="x"), dict(gemini_models="worst")):
            found = (await look("stylist", **{**there, **change}))["stylist"]
            assert (found.severity, found.advice) == (FAIL, "GEMINI_KEY and GEMINI_MODELS")
    assert "stands in" in (await look("stylist", **there))["stylist"].found


@asynccontextmanager
async def proxied(
    answers: dict[str, tuple[int, str]], certificates: ssl.SSLContext | None
) -> AsyncGenerator[str]:
    """A server, or a proxy with TLS, that answers each path as it is told."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            status, text = answers.get(head.split()[1].decode(), (404, ""))
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())

    async def until_gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    server = await asyncio.start_server(until_gone, "127.0.0.1", 0, ssl=certificates)
    async with server:
        yield f"{'https' if certificates else 'http'}://localhost:{server.sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a certificate for ``localhost``, good for two days, signed by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder, "shop", host="localhost")
    return folder


async def test_the_public_address_is_reached_as_customers_reach_it(
    certificate: Path, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "shop.crt", certificate / "shop.key")
    ready = {"/ready": (200, '{"ready":true}'), "/": (200, "front"), "/metrics": (200, "figures")}
    async with proxied(ready, context) as address:
        strange = await look("address", base_url=address)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "shop.crt"))
        trusted = await look("address", base_url=address)
    assert strange["certificate"].severity is FAIL
    assert [trusted[name].severity for name in ("BASE_URL", "certificate", "figures")] == [OK, WARN, WARN]
    for answers, subject, told in (
        ({"/ready": (503, '{"ready":false}'), "/": (200, "")}, "BASE_URL", "not ready"),
        ({"/ready": (200, "<html>Welcome to nginx")}, "BASE_URL", "no server of ours"),
        ({**ready, "/": (400, "UNKNOWN_HOST")}, "Host", "refused"),
    ):
        async with proxied(answers, None) as address:
            found = (await look("address", base_url=address))[subject]
        assert (found.severity, told in found.found) == (FAIL, True), found
    gone = await look("address", base_url=f"https://localhost:{free_port()}")
    assert gone["BASE_URL"].severity is FAIL


def test_settings_that_do_not_fit_each_other_are_found():
    postgres = {"database_url": "postgresql://x@y/z"}
    shared = dict(
        postgres, valkey_url="valkey://x:1", limit_processes=2, token_keys="k" * 32, storage_url="s3://b"
    )
    for changes, subject, severity in (
        (dict(profile="production"), "settings", FAIL),
        (dict(profile="production"), "test machines", WARN),
        (dict(base_url="https://shop.test", trusted_hosts="other.test"), "TRUSTED_HOSTS", FAIL),
        (dict(base_url="https://shop.test"), "TRUSTED_PROXIES", WARN),
        (dict(shared, valkey_url=""), "limits", WARN),
        (dict(shared, limit_processes=1), "LIMIT_PROCESSES", WARN),
        (dict(shared, token_keys=""), "TOKEN_KEYS", WARN),
        (dict(shared, storage_url="file:///x"), "STORAGE_URL", WARN),
        (dict(shared, crm_portal="https://crm.test"), "CRM_PORTAL", WARN),
    ):
        found = {one.subject: one.severity for one in of_settings(settings_of(**changes))}
        assert found.get(subject) is severity, (subject, found)
    assert [one.subject for one in of_settings(settings_of(**shared))] == ["settings"]


async def test_a_machine_without_room_or_open_files_is_found(tmp_path: Path):
    assert of_room("x", 100 * GIB, 10**6, 10**7).severity is OK
    assert of_room("x", 4 * GIB, 0, 0).severity is WARN
    assert of_room("x", GIB // 4, 10**6, 10**7).severity is FAIL
    assert of_room("x", 100 * GIB, 10, 10**6).severity is FAIL
    found = await look("disks", "open-files", data_dir=tmp_path)
    assert found["the disk of DATA_DIR"].severity in (OK, WARN)
    assert (await look("disks", data_dir=Path("/proc/self")))["the disk of DATA_DIR"].severity is FAIL
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = soft if soft != resource.RLIM_INFINITY else 100_000
    assert (await look("open-files", streams_at_once=most))["open files"].severity is WARN
    assert hard >= soft


def test_the_command_says_it_in_words_and_for_programs(tmp_path: Path, rounds: Callable[[int, int], int]):
    env = {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "info"}
    # Readers and renderers are processes that take seconds to start: by night.
    names = ["database", "disks", *(["cad", "prints"] if rounds(0, 1) else [])]
    words = ["doctor", *(word for name in names for word in ("--only", name))]
    said = CliRunner().invoke(cli, words, env=env)
    assert said.exit_code == 1
    assert "makeline migrate makes it" in said.output
    told = CliRunner().invoke(cli, [*words, "--json"], env=env)
    answer = json.loads(told.output)
    assert (told.exit_code, answer["ok"]) == (1, False)
    found = {one["subject"]: one["severity"] for one in answer["found"]}
    assert (found["database"], found["the disk of DATA_DIR"] in ("ok", "warn")) == ("fail", True)
    if rounds(0, 1):
        assert (found["CAD files"], found["prints"]) == ("ok", "ok")
    unreadable = CliRunner().invoke(cli, ["doctor", "--json"], env={**env, "PORT": "many"})
    assert (unreadable.exit_code, "PORT" in unreadable.output, "many" in unreadable.output) == (
        1,
        True,
        False,
    )
    assert CliRunner().invoke(cli, ["doctor", "--only", "tea"], env=env).exit_code == 2
    assert len(CHECKS) == 16


def _moment(seconds: float) -> str:
    """As columns of moments hold it on SQLite."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
