"""Lessons are data: the bundled ones, files of one's own, and one line for each thing that can be wrong with them."""

import contextlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import Fault
from compare.lessons import load, names

GOOD = """
title = "Mine"
x = [1, 2]
y = [2, 4]
w = 0.0
b = 0.0
epochs = 4
[optimizer]
lr = 0.01
"""
BROKEN = {
    "a missing key": (GOOD.replace("y = [2, 4]", ""), "y: missing"),
    "a missing title": (GOOD.replace('title = "Mine"', ""), "title: missing"),
    "a missing optimizer": (GOOD[: GOOD.index("[optimizer]")], "optimizer: missing"),
    "a missing learning rate": (GOOD.replace("lr = 0.01", ""), "optimizer.lr: missing"),
    "text for numbers": (GOOD.replace("[1, 2]", '"1, 2"'), "x: expected a list"),
    "text among numbers": (GOOD.replace("[1, 2]", '[1, "2"]'), 'x: expected a number; got "2"'),
    "truth among numbers": (GOOD.replace("[1, 2]", "[1, true]"), "x: expected a number; got true"),
    "unequal lengths": (GOOD.replace("[1, 2]", "[1, 2, 3]"), "y: expected as many numbers as x has rows, 3; got 2"),
    "not a number": (GOOD.replace("[2, 4]", "[2, nan]"), "y: expected a finite number"),
    "infinity": (GOOD.replace("w = 0.0", "w = inf"), "w: expected a finite number"),
    "an integer no machine holds": (GOOD.replace("w = 0.0", "w = 1e999999999"), "w: too large"),
    "no data": (GOOD.replace("[1, 2]", "[]"), "x: expected a list of at least one number"),
    "ragged rows": (GOOD.replace("[1, 2]", "[[1, 2], [3]]"), "x: expected rows of one length"),
    "rows without numbers": (GOOD.replace("[1, 2]", "[[], []]"), "x: expected rows of one length"),
    "rows and numbers mixed": (GOOD.replace("[1, 2]", "[[1], 2]"), "x: expected rows of one length"),
    "a weight for each of two features": (
        GOOD.replace("[1, 2]", "[[1, 2], [3, 4]]"),
        "w: expected a list of at least one number; write w = [0, 0]",
    ),
    "a list where one number stands": (
        GOOD.replace("w = 0.0", "w = [0.0, 0.5]"),
        "w: expected a number; got [0.0, 0.5]",
    ),
    "a table where one number stands": (
        GOOD.replace("w = 0.0", "w = {a = 1.5, b = true}"),
        "w: expected a number; got {a = 1.5, b = true}",
    ),
    "a key of two lines": ('"a\\nb" = 1\n' + GOOD, "a\\nb: unknown key"),
    "a weight too few": (GOOD.replace("[1, 2]", "[[1, 2], [3, 4]]").replace("w = 0.0", "w = [0]"), "w: expected 2"),
    "an unknown key": ("epoch = 3\n" + GOOD, "epoch: unknown key; did you mean epochs?"),
    "an unknown key like none": ("qqq = 3\n" + GOOD, "qqq: unknown key; known are title"),
    "an unknown option": (GOOD + "momentun = 0.9\n", "optimizer.momentun: unknown key; did you mean momentum?"),
    "an option of the wrong type": (GOOD + 'nesterov = "yes"\n', "optimizer.nesterov: expected true or false"),
    "an optimizer that is no table": ("optimizer = 3\n" + GOOD[: GOOD.index("[opt")], "optimizer: expected a table"),
    "a dtype of another kind": ('dtype = "float16"\n' + GOOD, "dtype: expected"),
    "a title of another kind": (GOOD.replace('"Mine"', "3"), "title: expected a text"),
    "centre of another kind": ("centre = 1\n" + GOOD, "centre: expected true or false"),
    "trained of another kind": ('trained = ["v"]\n' + GOOD, "trained: expected names"),
    "trained twice": ('trained = ["w", "w"]\n' + GOOD, "trained: expected names"),
    "negative epochs": (GOOD.replace("epochs = 4", "epochs = -1"), "epochs: expected a whole number from 0"),
    "fractional epochs": (GOOD.replace("epochs = 4", "epochs = 4.5"), "epochs: expected a whole number"),
    "endless epochs": (GOOD.replace("epochs = 4", "epochs = 100000000"), "epochs: expected a whole number"),
    "recording every zero epochs": ("record_every = 0\n" + GOOD, "record_every: expected a whole number from 1"),
    "a record as a number": (GOOD + "[recorded]\nloss = 1.5\n", "recorded.loss: expected a number as printed"),
    "a record that is no number": (GOOD + '[recorded]\nloss = "big"\n', "recorded.loss: expected a number as printed"),
    "a record that is no table": ("recorded = 3\n" + GOOD, "recorded: expected a table"),
    "an unknown record": (GOOD + '[recorded]\nlos = "1"\n', "recorded.los: unknown key; did you mean loss?"),
    "too few recorded losses": (GOOD + '[recorded]\nlosses = ["1"]\n', "recorded.losses: expected a list of 5 strings"),
    "a list where one was printed": (GOOD + '[recorded]\nloss = ["1"]\n', "recorded.loss: expected one string"),
    "a final weight of a single step": (
        GOOD.replace("epochs = 4", "") + '[recorded]\nw_final = "1"\n',
        "recorded.w_final: a single step has none",
    ),
    "what is no TOML": ("x = [1, 2", "not valid TOML"),
    "a thousand brackets": ("x = " + "[" * 3000, "not valid TOML"),
    "a number of ten thousand digits": ("x = " + "1" * 10000, "not valid TOML"),
}


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_one_line_naming_file_key_and_cure(tmp_path, name):
    text, expected = BROKEN[name]
    path = write(tmp_path, text)
    with pytest.raises(Fault) as refusal:
        load(path)
    english, korean = str(refusal.value), refusal.value.text("ko")
    assert english.startswith(f"{path}: ")
    assert expected in english
    assert "\n" not in english
    assert korean.startswith(f"{path}: ")
    assert any("가" <= letter <= "힣" for letter in korean.removeprefix(f"{path}: "))


def test_a_file_that_notepad_saved_with_its_mark_is_read(tmp_path):
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8-sig")
    assert load(tmp_path / "mine.toml").title["en"] == "Mine"


def test_a_file_that_is_not_there_or_not_text_is_one_line_too(tmp_path):
    with pytest.raises(Fault, match="cannot be read"):
        load(tmp_path / "none.toml")
    with pytest.raises(Fault, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes('title = "é"'.encode("latin-1"))
    with pytest.raises(Fault, match="not UTF-8"):
        load(tmp_path / "latin.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * 10_000_001)
    with pytest.raises(Fault, match="larger than"):
        load(tmp_path / "huge.toml")


def test_an_unknown_name_lists_the_bundled_ones():
    with pytest.raises(Fault, match="no such lesson; bundled are height-weight, hours-ability"):
        load("weight-height")


def test_a_lesson_of_ones_own_is_read_exactly(tmp_path):
    lesson = load(write(tmp_path, GOOD.replace("[2, 4]", "[58.7, 0.1]")))
    assert lesson.name == "mine"
    assert lesson.y == (Fraction(587, 10), Fraction(1, 10))
    assert lesson.optimizer == {"lr": Fraction(1, 100)}
    assert (lesson.dtype, lesson.trained, lesson.record_every, lesson.updates) == ("float32", ("w", "b"), 1, 5)


def test_centring_is_exact_in_every_feature(tmp_path):
    text = "centre = true\n" + GOOD.replace("[1, 2]", "[[1, 10], [2, 20]]").replace("w = 0.0", "w = [0, 0]")
    lesson = load(write(tmp_path, text))
    half = Fraction(1, 2)
    assert lesson.x == ((-half, -5), (half, 5))
    assert lesson.y == (-1, 1)


def test_the_lesson_of_the_notebook_is_centred_to_its_printed_numbers():
    lesson = load("height-weight")
    assert lesson.x == (-5, 5, 0, 2, -2)
    assert lesson.y == tuple(map(Fraction, ("-6.7", "10.3", "-3.3", "5", "-5.3")))


def test_the_bundled_lessons_are_the_courses():
    assert names() == (
        "height-weight",
        "hours-ability",
        "hours-ability-recorded",
        "hours-ability-momentum",
        "height-weight-training",
    )
    assert all(set(load(name).title) == {"en", "ko"} for name in names())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(("title", "x", "y", "w", "b", "optimizer", "epochs", "recorded")), values))
def test_no_table_of_values_gets_past_the_door_unread(table):
    from compare.lessons import fields, loader

    for key, value in table.items():
        table[key] = Decimal(str(value)) if isinstance(value, float) else value
    with contextlib.suppress(fields.FieldError):
        assert loader._lesson(Path("any.toml"), table).updates >= 1
