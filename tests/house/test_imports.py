"""What a file needs stands at its top, and what time it is, is told to it."""

import ast
import sys

from tests.house.tree import PRODUCT, product

# Where imports may wait until they are needed: heavy libraries of outsiders, commands of the command line.
LATE_IMPORTS = (
    "src/makeline/adapters/",
    "src/makeline/main/cli",
    "src/makeline/foundation/shared_limits.py",
    "src/makeline/admin/ink.py",
)
# Where the clock hangs.
CLOCKS = (
    "src/makeline/foundation/clock.py",
    "src/makeline/adapters/",
    "src/makeline/main/cli",
    "src/makeline/main/seed.py",
)
HOMELESS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared", "tools", "stuff"}


def test_imports_stand_at_the_top():
    offenders = [
        source.at(node)
        for source in product()
        if not source.name.startswith(LATE_IMPORTS)
        for function in source.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not offenders, offenders


def test_nobody_but_the_clock_asks_the_time():
    offenders = [
        source.at(node)
        for source in product()
        if not source.name.startswith(CLOCKS)
        for node in source.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func)
        in {"datetime.now", "datetime.utcnow", "datetime.datetime.now", "date.today", "time.time"}
    ]
    assert not offenders, offenders


def test_every_module_is_named_after_what_it_holds():
    offenders = [source.name for source in product() if source.path.stem in HOMELESS]
    offenders += [source.name for source in product() if source.path.parent.name in HOMELESS]
    assert not offenders, offenders


def test_no_room_wears_the_name_of_a_standard_module():
    rooms = [path for path in PRODUCT.iterdir() if path.is_dir()]
    rooms += [path for room in rooms for path in room.iterdir() if path.is_dir()]
    offenders = [
        room.relative_to(PRODUCT).as_posix() for room in rooms if room.name in sys.stdlib_module_names
    ]
    assert not offenders, offenders


def test_every_folder_of_modules_is_a_package():
    folders = {source.path.parent for source in product()}
    offenders = [
        folder.relative_to(PRODUCT).as_posix() for folder in folders if not (folder / "__init__.py").exists()
    ]
    assert not offenders, offenders
