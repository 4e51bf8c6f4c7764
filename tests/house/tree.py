"""The sources as the house tests read them: paths, text and syntax trees, each read once."""

import ast
import gc
import re
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "src" / "makeline"

_MADE = {
    ".git", ".venv", "var", "results", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", ".import_linter_cache",
}  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file; ``name`` is its path from the root of the tree."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def syntax(self) -> ast.Module:
        # Millions of nodes that stay: whoever collects garbage in a later test need not look at them.
        gc.disable()
        tree = ast.parse(self.text, self.name)
        gc.freeze()
        gc.enable()
        return tree

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that the file is made of."""
        return tuple(ast.walk(self.syntax))

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """Every function and method, nested ones too."""
        return tuple(node for node in self.nodes if isinstance(node, Function))

    def at(self, node: ast.stmt | ast.expr) -> str:
        """``path:line``, as an editor opens it."""
        return f"{self.name}:{node.lineno}"


@cache
def product() -> tuple[Source, ...]:
    """Every module of the product."""
    return tuple(Source(path) for path in sorted(PRODUCT.rglob("*.py")))


@cache
def own_python() -> tuple[Source, ...]:
    """Every Python file of the tree that somebody wrote."""
    return tuple(Source(ROOT / name) for name in files() if name.endswith(".py"))


@cache
def files() -> tuple[str, ...]:
    """The files that belong to the tree: tracked, or new and not ignored; without git, all but what is made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = {name for name in listed.stdout.split("\0") if name}
    else:
        names = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")}
        names = {name for name in names if not _MADE.intersection(Path(name).parts)}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def line_of(text: str, match: re.Match[str]) -> int:
    """In which line something was found, counted from 1."""
    return text.count("\n", 0, match.start()) + 1


def parameters(function: Function) -> list[ast.arg]:
    """All parameters that have a name of their own."""
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def words(annotation: ast.expr | None) -> set[str]:
    """Every plain name inside an annotation, also of one written as text."""
    if annotation is None:
        return set()
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    found = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return found | {node.attr for node in ast.walk(annotation) if isinstance(node, ast.Attribute)}
