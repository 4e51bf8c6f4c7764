"""The partner's signature: MD5 over the values of the top-level fields, a system name and a secret key.

It is no message authentication code (values are joined without separators), only what the partner demands. What
is signed must be what is sent, so ``seal`` writes the body and the signature from the same texts.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import md5
from typing import Any

from makeline.kernel.money import Money

SYSTEM_NAME = "mobileShell"


class Unsignable(ValueError):
    """The body has no unambiguous signature (null, not JSON, not finite)."""


class NumberText(str):
    """A number exactly as it stands in the JSON text: ``20`` and ``20.0`` are different texts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """Body bytes and the signature over those very bytes."""

    body: bytes
    sign: str


Fields = Mapping[str, Any] | Sequence[Any]


def amount_text(money: Money) -> NumberText:
    """The partner's form of an amount: shortest decimals, at least one digit (``19.99``, ``20.0``)."""
    whole, cents = divmod(abs(money.minor), 100)
    digits = f"{cents:02d}"
    return NumberText(f"{'-' if money.minor < 0 else ''}{whole}.{digits[:1] if digits[1] == '0' else digits}")


def seal(fields: Fields, *, key: str, system_name: str = SYSTEM_NAME) -> Sealed:
    """Write ``fields`` as JSON and sign them; each number becomes text once, for both.

    Values: str, bool, int, ``Decimal``, ``NumberText``; lists and objects are written but never signed. A float
    is refused because its text is not ours to choose, ``None`` because the partner would sign it as a word.
    """
    if isinstance(fields, Mapping):
        return _seal_object(fields, key, system_name)
    first = fields[0] if fields and isinstance(fields[0], Mapping) else {}
    sign_of_first = _seal_object(first, key, system_name).sign
    return Sealed(_bytes(f"[{','.join([_element(item) for item in fields])}]"), sign_of_first)


def sign(body: bytes, *, key: str, system_name: str = SYSTEM_NAME) -> str:
    """The signature of a body that already exists as bytes; an empty body signs as no fields."""
    return _digest(_signed_values(read_signed_json(body) if body.strip() else {}), key, system_name)


def signed_text(body: bytes) -> str:
    """The text before the system name, for people who look for a difference; ``Unsignable`` when there is none."""
    return _joined(_signed_values(read_signed_json(body) if body.strip() else {}))


def sign_fields(fields: Mapping[str, str], *, key: str, system_name: str = SYSTEM_NAME) -> str:
    """The signature of a form (the upload signs its field ``type`` only)."""
    return _digest(dict(fields), key, system_name)


def verify(body: bytes, claimed: str, *, key: str, system_name: str = SYSTEM_NAME) -> bool:
    """Whether ``claimed`` is the signature of ``body``; an unreadable body has none. Never raises."""
    try:
        expected = sign(body, key=key, system_name=system_name)
    except Unsignable:
        return False
    return hmac.compare_digest(expected.encode(), claimed.encode("utf-8", "surrogatepass"))


def verify_parsed(parsed: Any, claimed: str, *, key: str, system_name: str = SYSTEM_NAME) -> bool:
    """As ``verify`` for a body that ``read_signed_json`` has parsed already."""
    try:
        expected = _digest(_signed_values(parsed), key, system_name)
    except Unsignable:
        return False
    return hmac.compare_digest(expected.encode(), claimed.encode("utf-8", "surrogatepass"))


def read_signed_json(body: bytes) -> Any:
    """Parse JSON keeping each number as ``NumberText``; raises ``Unsignable`` when it is not JSON."""
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Unsignable("the body is not JSON") from error


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(parse_float=NumberText, parse_int=NumberText, parse_constant=_refuse_constant)
_write_text = json.encoder.encode_basestring


def _seal_object(fields: Mapping[str, Any], key: str, system_name: str) -> Sealed:
    parts: list[str] = []
    signed: dict[str, str] = {}
    for name, value in fields.items():
        if type(value) is str:
            parts.append(f"{_write_text(name)}:{_write_text(value)}")
            signed[name] = value
        elif isinstance(value, (Mapping, list, tuple)):
            parts.append(f"{_write_text(name)}:{_element(value)}")
        else:
            text = _scalar_text(value)
            parts.append(f"{_write_text(name)}:{text}")
            signed[name] = text
    return Sealed(_bytes(f"{{{','.join(parts)}}}"), _digest(signed, key, system_name))


def _scalar_text(value: Any) -> str:
    if isinstance(value, NumberText):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        text = format(value.normalize(), "f")
        return text if "." in text else f"{text}.0"
    raise Unsignable(f"{type(value).__name__} has no single text")


def _element(value: Any) -> str:
    if isinstance(value, str) and not isinstance(value, NumberText):
        return _write_text(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_write_text(name)}:{_element(item)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_element(item) for item in value) + "]"
    return _scalar_text(value)


def _signed_values(parsed: Any) -> dict[str, str]:
    """The top-level values that count: of the object, or of an array's first element if that is an object."""
    if isinstance(parsed, list):
        parsed = parsed[0] if parsed else {}
    if not isinstance(parsed, dict):
        return {}
    return {name: _as_signed(value) for name, value in parsed.items() if not isinstance(value, (dict, list))}


def _as_signed(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _digest(values: Mapping[str, str], key: str, system_name: str) -> str:
    return md5(_bytes(f"{_joined(values)}{system_name}{key}"), usedforsecurity=False).hexdigest()


def _joined(values: Mapping[str, str]) -> str:
    return "".join([values[name] for name in sorted(values)])


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unsignable("a text is not valid Unicode") from error
