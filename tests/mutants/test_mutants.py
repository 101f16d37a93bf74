"""The mutation tool: which places it finds and notes, and how a fault gets into a living function."""

import importlib.util
import sys
from pathlib import Path

import pytest

from tests.mutants.made import equivalents
from tests.mutants.patched import Live, Unfit
from tests.mutants.places import Places

KIT = Path(__file__).parents[2]
SOURCE = '''"""A module."""
from functools import cache

TABLE = {"twice": lambda x: 2 * x, "thrice": lambda x: 3 * x}


@cache
def sign(x, zero=0):
    """Its docstring."""
    if x < zero:
        return -1
    return 1


def adder(step):
    def add(x):
        return x + step

    return add


increment = adder(1)
'''


@pytest.fixture
def folder(tmp_path):
    """A checkout with one module in it."""
    (tmp_path / "small.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def places(folder):
    file = folder / "small.py"
    return Places({file.relative_to(folder): file.read_text(encoding="utf-8")})


def imported(folder):
    spec = importlib.util.spec_from_file_location("small", folder / "small.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def module(folder):
    return imported(folder)


def place(places, text):
    (file,) = places.sources
    start = SOURCE.index(text)
    return places.number(file, start, start + len(text))


def test_a_place_is_the_narrowest_statement_or_lambda_around_the_change(places):
    assert len({place(places, text) for text in ("x < zero", "-1", "return 1", "x + step", "2 * x", "3 * x")}) == 6


@pytest.mark.parametrize("text", ["TABLE", "zero=0", "increment"])
def test_what_the_import_executes_is_no_place(places, text):
    assert place(places, text) is None


def test_the_places_to_which_a_process_comes_are_noted(folder, places, monkeypatch):
    monkeypatch.delattr(sys, "mutant_notes", raising=False)
    places.write_noting(folder, folder / "notes")
    module = imported(folder)
    assert (module.sign(3), module.TABLE["twice"](2), module.sign.__doc__) == (1, 4, "Its docstring.")
    notes = (folder / "notes").read_bytes()
    assert [bool(notes[place(places, text)]) for text in ("x < zero", "-1", "return 1", "2 * x", "3 * x")] == [
        True, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "asked", "found"),
    [
        ("return 1", "return 2", lambda module: module.sign(3), 2),
        ("3 * x", "3 + x", lambda module: [function(5) for function in module.TABLE.values()], [10, 8]),
        ("x + step", "x - step", lambda module: module.increment(5), 4),
    ],
)
def test_a_fault_gets_into_what_is_already_imported(folder, places, module, old, new, asked, found):
    module.sign(3)  # is in the cache now
    Live(folder).patch(next(iter(places.sources)), SOURCE, SOURCE.replace(old, new))
    assert asked(module) == found


@pytest.mark.parametrize(("old", "new"), [("zero=0", "zero=1"), ("adder(1)", "adder(2)"), ('"twice"', '"XX"')])
def test_a_fault_that_the_import_executes_does_not_fit(folder, places, module, old, new):
    assert module.increment(1) == 2
    with pytest.raises(Unfit):
        Live(folder).patch(next(iter(places.sources)), SOURCE, SOURCE.replace(old, new))


def test_notes_are_kept_file_by_file(places):
    both = Places({Path("other.py"): "def one():\n    return 1\n", **places.sources})
    bit = 1 << place(places, "return 1")
    assert places.joined(places.parted(bit)) == bit
    assert both.joined(places.parted(bit)) == bit << 1
    assert places.joined(both.parted(1)) == 0


def test_every_listed_mutant_changes_lines_that_stand_in_the_code():
    """One whose lines were written anew excuses nothing any more."""
    for file, old, _ in equivalents():
        lines = {line.strip() for line in (KIT / file).read_text(encoding="utf-8").splitlines()}
        assert {line.strip() for line in old.splitlines()} <= lines, f"{file}: {old}"
