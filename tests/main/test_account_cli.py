"""``makeline create-admin``: the first admin is made beside a running server and signs in there."""

import asyncio
import re
import stat

import pyotp
from typer.testing import CliRunner

from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.accounts.second_factor import secret_of
from makeline.foundation.settings import read_settings
from makeline.main.cli import cli
from makeline.main.token_keys import token_keys_of
from tests.admin.browsers import at_work
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import signed_in
from tests.web import open_shop, settings_of

SECRET = "a long enough secret"


async def _create(url: str, *words: str, password: str = SECRET) -> tuple[int, str]:
    done = await asyncio.to_thread(
        CliRunner().invoke, cli, ["create-admin", *words], env={"DATABASE_URL": url}, input=f"{password}\n"
    )
    return done.exit_code, done.output


async def test_the_first_admin_is_made_while_the_server_runs_and_no_second_by_accident(
    given: Given, shop_url: str
):
    async with open_shop(given) as shop:
        code, said = await _create(shop_url, "root", "--password-stdin", "--email", "root@example.com")
        assert code == 0, said
        assert SECRET not in said
        root = await signed_in(shop, "root", SECRET)
        profile = (await root.get("/profile")).json()
        assert (profile["is_admin"], profile["email"], profile["full_name"]) == (True, "root@example.com", "")
        assert profile["user_type"] == "individual"
        assert (await root.get("/users")).status_code == 200
        code, said = await _create(shop_url, "second", "--password-stdin")
        assert (code, "--more" in said) == (1, True)
        assert (await _create(shop_url, "second", "--password-stdin", "--more"))[0] == 0
        assert (await _create(shop_url, "Second", "--password-stdin", "--more"))[0] == 1
        second = await signed_in(shop, "second", SECRET)
        assert (await second.get("/profile")).json()["email"] == ""


@on_sqlite
async def test_a_second_factor_is_taken_away_on_the_command_line(given: Given, shop_url: str):
    async def reset(name: str) -> tuple[int, str]:
        words = ["account", "reset-second-factor", name]
        done = await asyncio.to_thread(CliRunner().invoke, cli, words, env={"DATABASE_URL": shop_url})
        return done.exit_code, done.output

    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        assert (await reset("vera"))[0] == 1
        page = (await vera.get("/staff/second-factor")).text
        (salt,) = re.findall(r'name="salt" value="(\w+)"', page)
        (user,) = await given.database.read(lambda unit: [known_by_name(unit, "vera")])
        code = pyotp.TOTP(secret_of(shop.settings.signing_keys[0], user.user_id, salt)).at(given.clock())
        assert (await vera.post("/staff/second-factor/set-up", salt=salt, code=code)).status_code == 200
        done = await reset("vera")
        assert done[0] == 0, done[1]
        assert "has no second factor" in done[1]
        # The command's clock is the real one, for which these sign-ins are long over.
        assert "There is none" in (await vera.get("/staff/account")).text
        assert (await reset("nobody"))[0] == 1


@on_sqlite
async def test_what_is_wrong_is_said_without_the_password(given: Given, shop_url: str):
    for words, password in (
        (["x"], "short"),
        (["same-as-name"], "same-as-name"),
        (["x", "--email", "no"], SECRET),
    ):
        code, said = await _create(shop_url, *words, "--password-stdin", password=password)
        assert code in {1, 2}, said
        assert f"'{password}'" not in said


def test_a_key_for_tokens_is_made_once_and_is_for_its_owner_alone(tmp_path):
    folder = tmp_path / "new" / "var"
    first = token_keys_of(settings_of(data_dir=folder))
    assert token_keys_of(settings_of(data_dir=folder))._signing == first._signing
    assert token_keys_of(settings_of(data_dir=tmp_path / "other"))._signing != first._signing
    (made,) = folder.iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert len(made.read_bytes().strip()) == 64


def test_keys_that_are_set_come_first(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN_KEYS", "one-key-one-key-one-key-one-key-, two-key-two-key")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings = read_settings()
    assert [len(key) for key in settings.token_keys] == [32, 15]
    token_keys_of(settings)
    assert not list(tmp_path.iterdir())
