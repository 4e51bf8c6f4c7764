"""S3: a good token, changed in every way somebody could think of, opens nothing any more."""

import random
from collections.abc import Callable

from makeline.kernel.signing import BadToken, check_token, sign_name
from tests.figures import Figures

KEY, OTHER = b"0123456789abcdef0123456789abcdef", b"another-key-of-32-characters-and-more"
NAME = "picture-5f0c6a.png"
AUDIENCES = ("end_user", "chinese_manufacturing")
NOW = 1_750_000_000
SEED = 3
# Look alike, are removed by careless cleaning, or mean something to a careless reader.
STRANGE = "\u0660\u0967\uff11\u200b\u00ad\x00\r\n\t +-_.:;,/%\\'\"éА𝟏"


def test_the_token_that_is_changed_was_good():
    assert check_token([KEY], NAME, _good(random.Random(0)), audiences=AUDIENCES, now=NOW) in AUDIENCES


def test_no_mutation_of_a_token_is_accepted(rounds: Callable[[int, int], int], figures: Figures):
    chance, changes = random.Random(SEED), 0
    accepted = []
    for _ in range(rounds(4_000, 50_500)):
        token = _good(chance)
        name, changed = chance.choice(MUTATIONS)(token, chance)
        if (name, changed) != (NAME, token):
            changes += 1
            if _opens(name, changed):
                accepted.append((name, changed))
    assert not accepted
    figures(f"S3: {changes:,} changed tokens in {len(MUTATIONS)} ways, 0 accepted", seed=SEED)


def _opens(name: str, token: str) -> bool:
    try:
        check_token([KEY], name, token, audiences=AUDIENCES, now=NOW)
    except BadToken:
        return False
    return True


def _good(chance: random.Random) -> str:
    return sign_name(KEY, NAME, audience=chance.choice(AUDIENCES), expires=NOW + chance.randint(1, 172_800))


def _other_character(token: str, chance: random.Random) -> tuple[str, str]:
    at = chance.randrange(len(token))
    return NAME, token[:at] + chance.choice("0123456789abcdefABCDEF" + STRANGE) + token[at + 1 :]


def _inserted(token: str, chance: random.Random) -> tuple[str, str]:
    at = chance.randrange(len(token) + 1)
    return NAME, token[:at] + chance.choice(STRANGE + "0") + token[at:]


def _left_out(token: str, chance: random.Random) -> tuple[str, str]:
    at = chance.randrange(len(token))
    return NAME, token[:at] + token[at + chance.randint(1, 4) :]


def _other_expiry(token: str, chance: random.Random) -> tuple[str, str]:
    expires, audience, digest = token.split(":")
    later = chance.choice(
        (str(int(expires) + chance.randint(1, 10**9)), f"0{expires}", f"+{expires}", f"{expires}.0")
    )
    return NAME, f"{later}:{audience}:{digest}"


def _other_audience(token: str, chance: random.Random) -> tuple[str, str]:
    expires, audience, digest = token.split(":")
    other = chance.choice([word for word in (*AUDIENCES, "staff", "", audience.upper()) if word != audience])
    return NAME, f"{expires}:{other}:{digest}"


def _without_audience(token: str, chance: random.Random) -> tuple[str, str]:
    expires, _, digest = token.split(":")
    return NAME, f"{expires}:{digest}"


def _other_name(token: str, chance: random.Random) -> tuple[str, str]:
    names = (
        NAME.upper(),
        NAME + "\x00",
        NAME + "%00",
        "./" + NAME,
        NAME[:-1],
        NAME + chance.choice(STRANGE),
        "",
    )
    return chance.choice(names), token


def _moved_border(token: str, chance: random.Random) -> tuple[str, str]:
    expires, audience, digest = token.split(":")
    return NAME + expires[0], f"{expires[1:]}:{audience}:{digest}"


def _other_key(token: str, chance: random.Random) -> tuple[str, str]:
    expires, audience, _ = token.split(":")
    return NAME, sign_name(OTHER, NAME, audience=audience, expires=int(expires))


def _over(token: str, chance: random.Random) -> tuple[str, str]:
    audience = token.split(":")[1]
    return NAME, sign_name(KEY, NAME, audience=audience, expires=NOW - chance.randint(0, 10**6))


def _written_otherwise(token: str, chance: random.Random) -> tuple[str, str]:
    head, _, digest = token.rpartition(":")
    return NAME, chance.choice(
        (
            f"{head}:{digest.upper()}",
            token.replace(":", "%3A"),
            token + ":",
            ":" + token,
            f" {token}",
            token * 2,
        )
    )


MUTATIONS: tuple[Callable[[str, random.Random], tuple[str, str]], ...] = (
    _other_character,
    _inserted,
    _left_out,
    _other_expiry,
    _other_audience,
    _without_audience,
    _other_name,
    _moved_border,
    _other_key,
    _over,
    _written_otherwise,
)
