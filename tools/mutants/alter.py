"""Mutants: our code with one small fault in it, made by the operators of cosmic-ray and by one of our own."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

_ARITHMETIC = "Add|Sub|Mul|Div|FloorDiv"
# What a person might write by mistake. The rest of the operators (``<<`` for ``*``) fails at the first call and would
# only make the figure look better.
_LIKELY = re.compile(
    r"core/(AddNot|NumberReplacer|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
    rf"|ReplaceBinaryOperator_({_ARITHMETIC})_({_ARITHMETIC})"
    r"|ReplaceComparisonOperator_(Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|Lt_Gt|Gt_Lt|LtE_GtE|GtE_LtE)"
    r"|ReplaceUnaryOperator_(Delete_Not|Delete_USub|USub_UAdd)"
    r"|ReplaceBreakWithContinue|ReplaceContinueWithBreak|ZeroIterationForLoop)"
)


@dataclass(frozen=True)
class Mutant:
    """One alteration of a file: ``line`` counts from 1; ``path`` is told from the root."""

    path: str
    line: int
    operator: str
    occurrence: int
    source: str

    @property
    def name(self) -> str:
        """For people and for the list of survivors."""
        return f"{self.path}:{self.line} {self.operator}"

    @cached_property
    def text(self) -> str | None:
        """The altered file; None when nothing is altered after all."""
        if self.operator == _DROP:
            return _without(self.source, self.occurrence)
        operator = cosmic_ray.plugins.get_operator(f"core/{self.operator}")()
        return mutate_code(self.source, operator, self.occurrence)


_DROP = "drop one of several"


def mutants_of(root: Path, path: Path) -> Iterator[Mutant]:
    """Every likely fault of one file; annotations and decorators are left alone, nothing is computed by them."""
    source, told = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
    tree, annotated = get_ast(source), _annotated(ast.parse(source))
    for name in sorted(filter(_LIKELY.fullmatch, cosmic_ray.plugins.operator_names())):
        operator = cosmic_ray.plugins.get_operator(name)()
        places = (place for node in ast_nodes(tree) for place, _ in operator.mutation_positions(node))
        for occurrence, place in enumerate(places):
            if not any(first <= place <= last for first, last in annotated):
                yield Mutant(told, place[0], name.removeprefix("core/"), occurrence, source)
    for occurrence, (item, _) in enumerate(_items(ast.parse(source))):
        yield Mutant(told, item.lineno, _DROP, occurrence, source)


def _annotated(tree: ast.AST) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations and decorators begin and end, as (line, column)."""
    notes = [
        note
        for node in ast.walk(tree)
        for name in ("annotation", "returns", "decorator_list")
        for note in _listed(getattr(node, name, None))
    ]
    return [
        ((note.lineno, note.col_offset), (note.end_lineno or note.lineno, note.end_col_offset or 0))
        for note in notes
    ]


def _listed(value: Any) -> list[ast.expr]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _items(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Entries of tables: items of tuples, lists, sets and mappings with more than one of them; not those of types."""
    for node in _valued(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            if isinstance(node, ast.Set) or isinstance(node.ctx, ast.Load):
                yield from ((entry, node) for entry in node.elts if len(node.elts) > 1)
        elif isinstance(node, ast.Dict) and len(node.keys) > 1:
            yield from ((key, node) for key in node.keys if key is not None)


def _valued(node: ast.AST) -> Iterator[ast.AST]:
    """The tree without annotations and without what stands in the brackets of a type."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"} or (
            isinstance(node, ast.Subscript) and name == "slice"
        ):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _valued(child)


def _without(source: str, occurrence: int) -> str:
    tree = ast.parse(source)
    for number, (item, holder) in enumerate(_items(tree)):
        if number != occurrence:
            continue
        if isinstance(holder, ast.Dict):
            place = holder.keys.index(item)
            del holder.keys[place], holder.values[place]
        elif isinstance(holder, ast.Tuple | ast.List | ast.Set):
            holder.elts.remove(item)
    return ast.unparse(tree)
