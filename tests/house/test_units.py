"""The signature tells whether a function computes, writes, or talks to the world."""

import ast

from tests.house.tree import Source, parameters, product, words

# "path::function": why it may.
UNIT_AND_PORT: dict[str, str] = {}
FREE_KEYWORDS: dict[str, str] = {
    "src/makeline/kernel/errors.py::__init__": "a refusal carries what its answer shows",
}


def test_only_the_foundation_commits():
    offenders = [
        source.at(node)
        for source in product()
        # A migration is no unit of work: Alembic runs it on a connection of its own.
        if not source.name.startswith(("src/makeline/foundation/", "src/makeline/main/migrations/"))
        for node in source.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not offenders, offenders


def test_no_function_holds_a_transaction_and_a_line_to_the_outside():
    ports = {name for source in product() for name in _ports(source)}
    offenders = []
    for source in product():
        for function in source.functions:
            arguments = parameters(function)
            in_a_unit = any(
                argument.arg == "unit" or "UnitOfWork" in words(argument.annotation) for argument in arguments
            )
            outside = {word for argument in arguments for word in words(argument.annotation)} & ports
            if in_a_unit and outside and f"{source.name}::{function.name}" not in UNIT_AND_PORT:
                offenders.append(f"{source.at(function)} {function.name}: {sorted(outside)}")
    assert not offenders, offenders


def test_domain_functions_name_all_their_parameters():
    offenders = [
        f"{source.at(function)} {function.name}(**{function.args.kwarg.arg})"
        for source in product()
        if source.name.split("/")[2] in {"kernel", "commerce", "cases", "parts", "crm"}
        for function in source.functions
        if function.args.kwarg is not None and f"{source.name}::{function.name}" not in FREE_KEYWORDS
    ]
    assert not offenders, offenders


def _ports(source: Source) -> set[str]:
    """The protocols of a room; those of the two lowest floors lead nowhere outside."""
    if source.name.split("/")[2] in {"kernel", "foundation"}:
        return set()
    return {
        node.name
        for node in source.nodes
        if isinstance(node, ast.ClassDef) and any("Protocol" in words(base) for base in node.bases)
    }
