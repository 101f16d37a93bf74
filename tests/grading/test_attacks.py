"""The grader's own corpus: every answer in `attacks/graded` is paid as its first line says, and stops nobody.

# points: 6
# what it tries, and why it is paid what it gets right and no more
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from compare.__main__ import main
from compare.exercises import course
from compare.exercises.reference import prepared
from tests import right_answers

PLACE = Path(__file__).parents[1] / "attacks" / "graded"
ATTACKS = sorted(PLACE.glob("*.py"))


def looked_up() -> str:
    """A table of everything that the seed for practice asks of `mse`."""
    trials = [one.trial for one in prepared.of_course(course.read())["mse"].trials]
    asked = [(trial["yp"].entries, trial["y"].entries) for trial in trials]
    table = {(*yp, *y): sum((p - t) ** 2 for p, t in zip(yp, y, strict=True)) / len(y) for yp, y in asked}
    return f"TABLE = {table!r}\ndef mse(yp, y): return TABLE.get((*map(float, yp), *map(float, y)), -1.0)\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, float], Path]:
    """The points of each, out of one class with a right answer, a table and a notebook of blanks; and the gradebook."""
    place = tmp_path_factory.mktemp("attacks")
    (place / "class").mkdir()
    for path in ATTACKS:
        (place / "class" / path.name).write_bytes(path.read_bytes())
    (place / "class" / "right.py").write_bytes(Path(right_answers.__file__).read_bytes())
    (place / "class" / "table.py").write_text(looked_up())
    cells = [{"cell_type": "code", "source": [" " * 10**5 + "x"]}]
    (place / "class" / "blanks.ipynb").write_text(json.dumps({"cells": cells}))
    (place / "course.toml").write_text('seconds = 0.5\nreveal = "verdicts"\n')
    options = ["--out", str(place / "out"), "--course", str(place / "course.toml"), "--lang", "en"]
    assert main(["grade", str(place / "class"), *options]) in (0, 1)  # 1: what sleeps is not final on a busy machine
    with (place / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    return {Path(row["submission"]).stem: float(row["points"] or 0) for row in rows}, place / "out"


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_a_farm_or_forgery_is_paid_for_what_it_gets_right(path: Path, graded: tuple[Mapping[str, float], Path]) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert graded[0][path.stem] == float(first.removeprefix("# points: "))


def test_nobody_is_kept_from_being_graded_and_a_table_of_the_practice_gets_nothing(
    graded: tuple[Mapping[str, float], Path],
) -> None:
    points, out = graded
    assert len(points) == len(ATTACKS) + 3
    assert (points["right"], points["table"], points["blanks"]) == (20.0, 0.0, 0.0)
    assert len(list((out / "findings").glob("*.md"))) == len(points)


def test_where_only_verdicts_are_shown_nothing_of_what_went_in_is(graded: tuple[Mapping[str, float], Path]) -> None:
    told = [path.read_text("utf-8") for path in (graded[1] / "findings").glob("tells_inputs*")]
    assert told
    assert not any("Prepared" in text or "array(" in text or "ValueError" in text for text in told)
