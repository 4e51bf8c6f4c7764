"""An example as a command line and as a program: what a reader copies, and what the tests run."""

import json
import re
from collections.abc import Sequence
from typing import Any

from makeline.main.api_docs.examples import Example

_VARIABLE = re.compile(r"\$=?([a-z_0-9]+)")
_WHOLE = re.compile(r"\$=?([a-z_0-9]+)$")
# Longer bodies are written over several lines.
_LONGEST_LINE = 70
_NUMBER = re.compile(r'"\$=([a-z_0-9]+)"')
SAMPLES = {"photo.jpg": "image/jpeg", "part.stl": "model/stl"}

PYTHON_FIRST = '''import base64
import json
import secrets
import urllib.request

BASE = "{base}"


def call(method, path, body=None, *, token="", headers=None, data=None):
    """Make a call: JSON goes out, and what comes back is read."""
    headers = dict(headers or {{}})
    if token:
        headers["Authorization"] = f"Bearer {{token}}"
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        kind = answer.headers.get_content_type()
        if kind == "text/event-stream":  # it has no end: the first piece of news will do
            return answer.readline().decode()
        told = answer.read()
        return json.loads(told) if kind == "application/json" else told


def sample(file):
    """A file to try with, from the server itself."""
    return call("GET", f"/docs/{{file}}")


def packed(file):
    """The same as text, for JSON."""
    return base64.b64encode(sample(file)).decode()


name = "ada-" + secrets.token_hex(4)
admin, admin_password = "admin", "correct horse battery"
key = "mk_"  # of a partner: makeline partner key demo
'''

SHELL_FIRST = """BASE={base}
# One field of an answer: pick data.0.id
pick() {{ python3 -c 'import functools, json, sys
print(functools.reduce(lambda a, k: a[int(k)] if k.isdigit() else a[k], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }}
curl -sfO "$BASE/docs/photo.jpg" -O "$BASE/docs/part.stl"  # files to try with
name=ada-$(date +%s%N)
admin=admin admin_password='correct horse battery'
key=mk_  # of a partner: makeline partner key demo
"""


def python_of(example: Example) -> str:
    """The lines of one call."""
    url, formed = _python_text(example.url)
    arguments = [f'"{example.method}"', f'{"f" if formed else ""}"{url}"']
    if example.body is not None:
        arguments.append(_python_value(example.body, indent=1 if _is_long(example.body) else 0))
    if example.token:
        arguments.append(f"token={example.token}")
    headers = dict(example.headers)
    if example.sample:
        headers.setdefault("Content-Type", SAMPLES[example.sample])
        arguments.append(f'data=sample("{example.sample}")')
    if headers:
        arguments.append(f"headers={_python_value(headers)}")
    lines = [f"answer = call({', '.join(arguments)})"]
    lines += [f"{name} = answer{_python_steps(where)}" for name, where in example.makes.items()]
    return "\n".join(lines)


def shell_of(example: Example) -> str:
    """The command of one call; what later ones need is put into variables."""
    words = ["curl -sfN" if example.url.endswith("/events") else "curl -sf"]
    if example.url.endswith("/events"):
        words.append("--max-time 3")
    if example.method != "GET":
        words.append(f"-X {example.method}")
    words.append(f'"$BASE{_shell_text(example.url)}"')
    if example.token:
        words.append(f'-H "Authorization: Bearer ${example.token}"')
    words += [f'-H "{name}: {_shell_text(value)}"' for name, value in example.headers.items()]
    if example.sample:
        if "Content-Type" not in example.headers:
            words.append(f"-H 'Content-Type: {SAMPLES[example.sample]}'")
        words.append(f"--data-binary @{example.sample}")
    if example.body is not None:
        words.append("-H 'Content-Type: application/json'")
        body = json.dumps(example.body, ensure_ascii=False, indent=2 if _is_long(example.body) else None)
        words.append(f"-d {_shell_quoted(body)}")
    command = " ".join(words)
    if not example.makes:
        return _broken(command)
    lines = [f"answer=$({command})"]
    lines += [f'{name}=$(echo "$answer" | pick {where})' for name, where in example.makes.items()]
    return "\n".join([_broken(lines[0]), *lines[1:]])


def python_program(examples: Sequence[Example]) -> str:
    """Several calls, one after the other."""
    return "\n\n".join(python_of(example) for example in examples)


def shell_program(examples: Sequence[Example]) -> str:
    """The same for a shell."""
    return "\n\n".join(shell_of(example) for example in examples)


def _python_text(text: str) -> tuple[str, bool]:
    filled = _VARIABLE.sub(lambda name: f"{{{name[1]}}}", text)
    return filled, filled != text


def _is_long(body: Any) -> bool:
    return len(json.dumps(body)) > _LONGEST_LINE


def _python_value(value: Any, *, indent: int = 0) -> str:
    """A value as Python writes it; with an ``indent`` each entry on a line of its own."""
    if isinstance(value, str):
        return _python_words(value)
    if isinstance(value, dict):
        inner = [
            f"{_python_value(name)}: {_python_value(entry, indent=indent and indent + 1)}"
            for name, entry in value.items()
        ]
        return _python_list("{", inner, "}", indent=indent)
    if isinstance(value, list):
        inner = [_python_value(entry, indent=indent and indent + 1) for entry in value]
        return _python_list("[", inner, "]", indent=indent)
    return repr(value)


def _python_words(value: str) -> str:
    if value[:1] == "@" and value[1:] in SAMPLES:
        return f'packed("{value[1:]}")'
    whole = _WHOLE.match(value)
    if whole:
        return whole[1]
    text, formed = _python_text(value)
    return f"{'f' if formed else ''}{json.dumps(text, ensure_ascii=False)}"


def _python_list(first: str, inner: Sequence[str], last: str, *, indent: int) -> str:
    if not indent or len(", ".join(inner)) < _LONGEST_LINE:
        return f"{first}{', '.join(inner)}{last}"
    margin = "    " * indent
    lines = "".join(f"{margin}{entry},\n" for entry in inner)
    return f"{first}\n{lines}{margin[4:]}{last}"


def _python_steps(where: str) -> str:
    return "".join(f"[{step}]" if step.isdigit() else f'["{step}"]' for step in where.split("."))


def _shell_text(text: str) -> str:
    return _VARIABLE.sub(lambda name: f"${{{name[1]}}}", text)


def _shell_quoted(text: str) -> str:
    """In quotes that hide everything, but for variables: numbers and texts alike stand there as they are."""
    inner = _NUMBER.sub(r"$\1", text.replace("'", "'\\''"))
    for file in SAMPLES:
        inner = inner.replace(f"@{file}", f"'\"$(base64 -w0 {file})\"'")
    return "'" + _VARIABLE.sub(lambda name: f"'\"${name[1]}\"'", inner) + "'"


def _broken(command: str) -> str:
    """A long command over several lines."""
    if len(command) < 90:
        return command
    return re.sub(r" (?=-H |-d |--data-binary )", " \\\\\n  ", command)
