"""Course files: what a good one says, and what is said of a bad one."""

import tomllib
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import pytest

from compare.errors import Fault
from compare.exercises import course
from compare.exercises.course import Late, Rules
from compare.exercises.reference import prepared

WRONG = [
    ("seconds = 0", "seconds"),
    ("seconds = nan", "seconds"),
    ("seconds = true", "seconds"),
    ('seconds = "ten"', "seconds"),
    ("seed = 1.5", "seed"),
    ("seed = -1", "seed"),
    ("memory = 1", "memory"),
    ('reveal = "all"', "reveal"),
    ("reveal = 3", "reveal"),
    ('follow_through = "all"', "follow_through"),
    ("exercises = 3", "exercises"),
    ("[exercises]", "exercises"),
    ("[exercises]\ngradient = 4", "exercises.'gradient'"),
    ("[exercises]\ngradients = -1", "exercises.gradients"),
    ("[exercises]\ngradients = 0", "exercises"),
    ("[history]\nlesson = 3", "history.lesson"),
    ("[history]\npoint = 3", "history.'point'"),
    ("points = 20", "'points'"),
    ('"답" = 20', "'답'"),
    ("seed = 9223372036854775808", "seed"),
    ("seconds = 0.09", "seconds"),
    ("seconds = 3600.5", "seconds"),
    ("memory = 63.5", "memory"),
    ("memory = 65536.5", "memory"),
    ("history = 3", "history"),
    ("[exercises]\nmse = 1000000.5", "exercises.mse"),
    ("[history]\npoints = 1000000.5", "history.points"),
    ("[history]\npoints = -0.5", "history.points"),
    ('[history]\nlesson = ""', "history.lesson"),
    ('attempts = "first"', "attempts"),
    ("missing = 0", "missing"),
    ("late = 1", "late"),
    ("[late]\npoints = 1\nshare = 0.5", "late.points"),
    ("[late]\nshare = 1.5", "late.share"),
    ("[late]\npoints = -1", "late.points"),
    ("[late]\nshare = 0.1\nmost = 1.5", "late.most"),
    ("[late]\nshare = 0.1\ngrace = -1", "late.grace"),
    ('[late]\nshare = 0.1\nper = "week"', "late.per"),
    ("[late]\nshare = 0.1\ndue = 2026-03-02T23:59:00", "late.due"),
    ("[late]\nshare = 0.1\nhours = 1", "late.'hours'"),
    ('[gradescope]\nvisibility = "nobody"', "gradescope.visibility"),
    ('[gradescope]\nleaderboard = "yes"', "gradescope.leaderboard"),
    ("title = 3", "title"),
    ('language = "ko"', "'language'"),
    ("texts = 3", "texts"),
    ("[texts]\nko = 3", "texts.ko"),
    ("[texts.ko.loss]\ndoc = 'a'", "texts.ko.'loss'"),
    ("[texts.ko.predict.doc]\nen = 'a'", "texts.ko.predict.doc"),
    ("[weights.gradients]\ndv = 1", "weights.gradients.'dv'"),
]

# (what is written, its key in the course, what the course then says)
RIGHT = [
    ("seed = 0", "seed", 0),
    ("seed = 9223372036854775807", "seed", 9223372036854775807),
    ("seconds = 0.1", "seconds", 0.1),
    ("seconds = 3600", "seconds", 3600),
    ("memory = 64", "memory", 67108864),
    ("memory = 64.5", "memory", 67633152),
    ("memory = 65536", "memory", 68719476736),
    ('reveal = "values"', "reveal", "values"),
    ('reveal = "hints"', "reveal", "hints"),
    ('reveal = "verdicts"', "reveal", "verdicts"),
    ('follow_through = "scaled"', "follow_through", "scaled"),
    ('follow_through = "any"', "follow_through", "any"),
    ('follow_through = "none"', "follow_through", "none"),
    ('[history]\nlesson = "height-weight"', "lesson", "height-weight"),
    ("[history]\npoints = 0", "history_points", 0),
    ("[history]\npoints = 0.5", "history_points", 0.5),
    ("[history]\npoints = 1000000", "history_points", 1000000),
    ("[exercises]\nmse = 1000000\ntrain = 0", "points", {"mse": 1000000, "train": 0}),
    ("[exercises]\nmse = 0.5", "points", {"mse": 0.5}),
    ('title = "Homework 1"', "title", "Homework 1"),
    ('attempts = "best"', "rules", Rules(attempts="best")),
    ('attempts = "refuse"\nmissing = "zero"\nlenient = true', "rules", Rules("refuse", "zero", True)),
    ("[late]\npoints = 2", "rules", Rules(late=Late(2, False, "day", 1e6, 0, None))),
    ('[late]\nshare = 0.1\nper = "once"\nmost = 0.5\ngrace = 15\ndue = 2026-03-02T09:00:00Z', "rules",
     Rules(late=Late(0.1, True, "once", 0.5, 15, datetime(2026, 3, 2, 9, tzinfo=UTC)))),
    ('[gradescope]\nvisibility = "after_published"\nleaderboard = true', "rules",
     Rules(visibility="after_published", leaderboard=True)),
    ("[gradescope]", "rules", Rules()),
]

# (what is written, what is said of it)
SAID = [
    ("points = 2", "'points' is not a key of a course; use seed, seconds, memory, reveal, follow_through, decimals, "
     "exercises, history, title, reference, texts, weights, credit, attempts, missing, lenient, late, gradescope"),
    ("[late]\nper = 'day'", "late.points or late.share, one of them, must say what lateness costs; "
     "write share = 0.1, say"),
    ("[late]\nshare = 1\ndue = 2026-03-02", "late.due cannot be '2026-03-02'; give a date and time with its zone, "
     "such as 2026-03-02T23:59:00+09:00"),
    ("lenient = 1", "lenient cannot be 1; give true, false"),
    ("[history]\npoint = 3", "history.'point' is not a key of a course; use lesson, points, function"),
    ("seconds = 0", "seconds cannot be 0; give a number from 0.1 to 3600"),
    ("seed = true", "seed cannot be True; give a whole number from 0 to 9.22337e+18"),
    ("reveal = 3", 'reveal cannot be 3; give "values", "hints", "verdicts"'),
    ("[history]\nlesson = 3", 'history.lesson cannot be 3; give a name in quotes, such as "hours-ability"'),
    ("history = 3", "history cannot be 3; write [history] and its keys below it"),
    ("[exercises]", "exercises gives no points; list one exercise at least, such as gradients = 4"),
    (f"seed = {10**50}", f"seed cannot be {10**39}; give a whole number from 0 to 9.22337e+18"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_course_asks_for_every_exercise_and_gives_20_points():
    bundled = course.read()
    own = prepared.parsed(bundled.formulas).own
    assert set(own) - set(bundled.points) == {"loss_of_line"}
    assert sum(bundled.points.values()) == 20


def test_the_bundled_course_shows_all_values_and_takes_a_history_of_the_first_lesson():
    bundled = course.read()
    assert bundled.follow_through == "scaled"
    assert (bundled.reveal, bundled.lesson, bundled.history_points) == ("values", "hours-ability", 3)
    assert (bundled.seconds, bundled.memory) == (2, 256 * 1024 * 1024)


@pytest.mark.parametrize(("text", "key", "value"), RIGHT)
def test_a_key_is_taken_up_to_its_limits(tmp_path, text, key, value):
    assert getattr(course.read(written(tmp_path, text)), key) == value


def test_a_course_keeps_its_own_exercises_in_its_own_order(tmp_path):
    own = course.read(written(tmp_path, "[exercises]\nmse = 1.5\npredict = 1"))
    assert list(own.points.items()) == [("mse", 1.5), ("predict", 1)]


@pytest.mark.parametrize("text", ["", "seed = 7", "[history]\npoints = 5"])
def test_what_a_course_leaves_out_is_as_bundled(tmp_path, text):
    own, bundled = course.read(written(tmp_path, text)), course.read()
    assert own._replace(seed=bundled.seed, history_points=bundled.history_points) == bundled


def test_a_course_says_some_texts_otherwise_and_keeps_the_others(tmp_path):
    own = course.read(written(tmp_path, '[texts.ko.predict]\ndoc = "Other"')).texts["ko"]
    bundled = course.read().texts["ko"]
    assert own == bundled | {"predict": {"doc": "Other"}}


def test_the_bundled_courses_korean_is_no_other_courses(tmp_path):
    (tmp_path / "own.py").write_text("def predict(x: n):\n    yp = 2*x\n    return yp\n", encoding="utf-8")
    own = course.read(written(tmp_path, 'reference = "own.py"\n[exercises]\npredict = 1'))
    assert own.texts == {}


def test_shares_of_output_and_mistake_are_the_bundled_courses_too(tmp_path):
    own = course.read(written(tmp_path, "[weights.gradients]\ndw = 3\n[credit]\nmissing-x = 0.5"))
    assert (own.weights, own.credit) == ({"gradients": {"dw": 3}}, {"missing-x": 0.5})
    with pytest.raises(Fault, match=r"credit\.missing-z: no mistake has this name.*missing-x"):
        course.read(written(tmp_path, "[credit]\nmissing-z = 0.5"))


@pytest.mark.parametrize(("text", "key"), WRONG)
def test_a_wrong_key_is_named_with_its_file_and_the_cure(tmp_path, text, key):
    path = written(tmp_path, text)
    with pytest.raises(Fault) as caught:
        course.read(path)
    assert str(caught.value).startswith(f"{path}: {key} ")
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.text("ko").startswith(f"{path}: {key}: ")


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_is_wrong_is_said_with_what_would_be_right(tmp_path, text, said):
    path = written(tmp_path, text)
    with pytest.raises(Fault) as caught:
        course.read(path)
    assert str(caught.value) == f"{path}: {said}"


def test_a_course_of_a_megabyte_is_read_and_a_larger_one_is_not(tmp_path):
    text = "seed = 7\n" + "#" * (1024 * 1024 - 9)
    assert course.read(written(tmp_path, text)).seed == 7
    with pytest.raises(Fault, match="larger than 1 MB"):
        course.read(written(tmp_path, text + "#"))


def test_the_reason_why_a_file_is_no_toml_is_the_parsers_own(tmp_path):
    with pytest.raises(tomllib.TOMLDecodeError) as parsers:
        tomllib.loads("seed = ")
    path = written(tmp_path, "seed = ")
    with pytest.raises(Fault) as caught:
        course.read(path)
    assert str(caught.value) == f"{path}: not TOML: {parsers.value}; compare it with {course.BUNDLED}"


def test_a_course_that_notepad_saved_with_its_mark_is_read(tmp_path):
    (tmp_path / "course.toml").write_text("seed = 7", encoding="utf-8-sig")
    assert course.read(tmp_path / "course.toml").seed == 7


@pytest.mark.parametrize("data", [b"\xff", b"seed = ", b"[[[", b"seed = 1" + b"0" * 5000, b"a = " + b"[" * 9000])
def test_a_file_that_is_no_toml_is_said_in_one_line(tmp_path, data):
    path = tmp_path / "course.toml"
    path.write_bytes(data)
    with pytest.raises(Fault, match=r"^[^\n]+course\.toml: [^\n]+; [^\n]+$"):
        course.read(path)


def test_a_course_may_let_results_be_rounded(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("decimals = 4\n", encoding="utf-8")
    assert course.read(path).decimals == 4
    assert course.read().decimals is None
    path.write_text("decimals = 16\n", encoding="utf-8")
    with pytest.raises(Fault, match="decimals"):
        course.read(path)


@pytest.mark.parametrize(
    ("per", "hours", "costs"),
    [("hour", 0, 0), ("hour", 0.25, 0), ("hour", 0.26, 2), ("hour", 1.25, 2), ("hour", 1.26, 4), ("hour", 9, 5),
     ("day", 24.25, 2), ("day", 24.26, 4), ("day", 0, 0), ("once", 0.25, 0), ("once", 90, 2), ("once", inf, 2)],
)
def test_lateness_costs_each_hour_or_day_that_has_begun_after_the_grace_up_to_the_most(per, hours, costs):
    assert Late(2, False, per, 5, 15, None).costs(hours, 20) == costs
    assert Late(0.2, True, per, 0.5, 15, None).costs(hours, 10) == costs


def test_tenths_of_lateness_add_up_as_a_person_adds():
    assert Late(0.1, False, "hour", 5, 0, None).costs(3, 20) == 0.3
    assert Late(0.1, True, "hour", 1, 0, None).costs(3, 2.1) == 0.63


def test_a_lateness_of_no_known_hours_costs_nothing_where_the_origin_says_it_is_not_late():
    assert Late(2, False, "once", 5, 0, None).costs(0.0, 20) == 0
