"""Small by meaning: a file or function that passes these limits holds two things, and one of them lacks a name."""

from tests.house.tree import own_python, product

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 50

# "path" or "path::function": why it may be longer.
LONGER: dict[str, str] = {}


def test_no_file_is_longer_than_three_hundred_lines():
    offenders = {
        source.name: length
        for source in own_python()
        if (length := source.text.count("\n")) > LINES_OF_A_FILE and source.name not in LONGER
    }
    assert not offenders, offenders


def test_no_function_is_longer_than_fifty_lines():
    offenders = {
        f"{source.at(function)} {function.name}": length
        for source in product()
        if "/migrations/versions/" not in source.name  # a schema is as long as it is
        for function in source.functions
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
        and f"{source.name}::{function.name}" not in LONGER
    }
    assert not offenders, offenders


def test_every_exception_is_still_needed():
    sources = {source.name: source for source in own_python()}
    for exception in LONGER:
        path, _, name = exception.partition("::")
        lengths = [
            (function.end_lineno or 0) - function.lineno + 1
            for function in sources[path].functions
            if function.name == name
        ]
        long = (
            max(lengths) > LINES_OF_A_FUNCTION if name else sources[path].text.count("\n") > LINES_OF_A_FILE
        )
        assert long, exception
