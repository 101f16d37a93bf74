"""No answer of any kind keeps the gradebook from being written: made-up values, notebooks and histories."""

import csv
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.__main__ import main
from compare.exercises.tasks import TASKS

NUMBERS = st.sampled_from(["0", "1", "-1.5", "1e308", "nan", "inf", "1e-320", "2e5", "True", "''", "10**5000", "1j"])
SHAPES = st.lists(st.sampled_from([0, 1, 2, 3, 7, 50, 10**6, 10**12]), max_size=8)
VALUES = st.one_of(
    NUMBERS,
    SHAPES.map(lambda shape: f"np.zeros({tuple(shape)})"),
    SHAPES.map(lambda shape: f"np.broadcast_to(np.float64('nan'), {tuple(shape)})"),
    st.integers(1, 300).map(lambda depth: "[" * depth + "1.0" + "]" * depth),
    st.tuples(NUMBERS, st.integers(0, 10**5)).map(lambda pair: f"[{pair[0]}] * {pair[1]}"),
    st.sampled_from(["given", "lambda: 0", "iter([1])", "np.array(['a'])", "np.array(0, 'M8')", "exit()", "{}"]),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
RAISED = TEXTS.map(lambda text: f"raise ValueError({text!r})")
BODIES = st.one_of(VALUES.map(lambda value: f"return {value}"), RAISED)
CODE = st.dictionaries(st.sampled_from(sorted(TASKS)), BODIES, max_size=4).map(
    lambda bodies: "import numpy as np\n" + "".join(f"def {task}(*given): {body}\n" for task, body in bodies.items())
)
LINES = st.sampled_from([" " * 3000 + "x", "%time", "!" * 3000, "?" * 3000, "(" * 3000, "'''", "\\" * 999, "a=%b"])
CELLS = st.lists(st.one_of(LINES, CODE, TEXTS), max_size=5).map("\n".join)
SOURCES = st.one_of(CELLS, CELLS.map(str.splitlines), st.none(), st.integers(), st.lists(st.lists(TEXTS), max_size=2))
NOTEBOOKS = st.lists(st.fixed_dictionaries({"cell_type": st.just("code"), "source": SOURCES}), max_size=4).map(
    lambda cells: json.dumps({"cells": cells})
)
LOSSES = st.one_of(st.sampled_from(["2e5", "nan", "inf", "-0", "1e-400", "1e400", "0e9", "1" * 5000, "x"]), TEXTS)
HISTORIES = st.tuples(LOSSES, st.integers(0, 400), LOSSES).map(lambda of: f"{of[0]}\n" * of[1] + of[2])
FILES = st.one_of(
    st.tuples(st.just("py"), CODE),
    st.tuples(st.just("ipynb"), NOTEBOOKS | TEXTS),
    st.tuples(st.just("csv"), HISTORIES),
    st.tuples(st.just("json"), HISTORIES.map(lambda text: json.dumps({"loss": text.split()})) | TEXTS),
    st.tuples(st.just("npy"), TEXTS),
)


@settings(max_examples=2)
@given(st.lists(FILES, min_size=12, max_size=16))
def test_the_gradebook_has_a_row_for_everyone_whatever_is_handed_in(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, str]]
) -> None:
    place = tmp_path_factory.mktemp("hostile")
    (place / "class").mkdir()
    (place / "course.toml").write_text("seconds = 0.5\n")
    for number, (suffix, text) in enumerate(files):
        (place / "class" / f"student{number}.{suffix}").write_bytes(text.encode("utf-8", "surrogatepass"))
    options = ["--out", str(place / "out"), "--course", str(place / "course.toml"), "--lang", "ko"]
    for _ in range(2):
        assert main(["grade", str(place / "class"), *options]) == 0
        with (place / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
            assert len(list(csv.reader(table))) == len(files) + 1
        assert {path.stem for path in (place / "out" / "findings").glob("*.md")} == {
            f"student{number}" for number in range(len(files))
        }
