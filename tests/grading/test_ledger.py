"""The ledger loses no finished grade, and knows what a finding depends on."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises import course
from compare.exercises.findings import Counterexample, ExerciseFinding, Failure, Finding
from compare.grading import ledger
from compare.grading.findings import decode, encode
from compare.grading.ledger import Enrolled, Ledger, fault, is_damage
from compare.grading.naming import Identity
from compare.grading.terms import Graded, Terms

COURSE = course.read()
TERMS = Terms(COURSE, "en", True)
FINDING = Finding(2.0, 4.0, (ExerciseFinding("gradients", "wrong", 4.0, 2.0, mistakes=("swapped",)),))

numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
shown = numbers | st.lists(numbers, max_size=3)
examples = st.builds(Counterexample, st.dictionaries(st.sampled_from("xywb"), shown), shown, shown)
names = st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=2).map(tuple)
plain = st.text(st.characters(codec="utf-8"), max_size=5)
exercises = st.builds(
    ExerciseFinding,
    name=st.text(st.characters(codec="utf-8")),
    verdict=st.sampled_from(["right", "wrong"]),
    of=st.just(4.0),
    points=st.just(1.5),
    mistakes=names,
    notes=names,
    counterexample=st.none() | examples,
    line=st.none() | st.integers(1, 99),
    shape_given=st.none() | st.lists(st.integers(0, 9)).map(tuple),
    start=st.tuples() | st.tuples(numbers, numbers),
    diverges=st.tuples() | st.tuples(numbers, numbers, numbers),
    moved=st.none() | st.dictionaries(st.sampled_from("wb"), numbers),
    words=st.dictionaries(st.sampled_from(["factor", "own"]), st.dictionaries(st.sampled_from(["en", "ko"]), plain)),
    **dict.fromkeys(("got", "truth", "off", "allowance", "frozen_at", "parameter", "rate"), numbers),
)
failures = st.builds(Failure, st.just("error"), st.text(st.characters(codec="utf-8")), st.none())
lists = st.lists(exercises, max_size=2).map(tuple)
findings = st.builds(Finding, st.just(1.0), st.just(4.0), lists, st.none() | failures)

KIM, LEE = Identity("plain", "kim", "kim"), Identity("plain", "lee", "lee")


@given(findings)
def test_a_finding_comes_back_as_it_went_in(finding: Finding) -> None:
    assert decode(encode(finding)) == finding


def test_the_inputs_of_a_counterexample_keep_the_order_of_the_signature() -> None:
    example = Counterexample({"yp": [1.0], "y": [0.0]}, [1.0], [2.0])
    finding = Finding(0.0, 2.0, (ExerciseFinding("mse", "wrong", 2.0, 0.0, counterexample=example),))
    assert repr(decode(encode(finding))) == repr(finding)


def test_a_number_that_is_not_finite_is_kept_as_none() -> None:
    finding = Finding(0.0, 4.0, (ExerciseFinding("mse", "wrong", 4.0, 0.0, got=float("nan")),))
    assert decode(encode(finding)).exercises[0].got is None


def test_half_a_surrogate_pair_in_a_students_message_is_spelt_out() -> None:
    finding = Finding(0.0, 4.0, (), Failure("error", "bad \ud800 name", 3))
    assert decode(encode(finding)).failure == Failure("error", r"bad \ud800 name", 3)


def test_a_finding_is_there_for_the_next_run(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "l")
    first.put("k", Graded(FINDING, (1, 7), 0.5))
    first.close()
    again = Ledger(tmp_path / "l")
    again.enrol([Enrolled("kim.py", "kim", KIM, "k"), Enrolled("lee.py", "lee", LEE, "other")])
    assert list(again.roll()) == [
        (Enrolled("kim.py", "kim", KIM, "k"), Graded(FINDING, (1, 7), 0.5)),
        (Enrolled("lee.py", "lee", LEE, "other"), None),
    ]
    assert (again.missing(), again.graded()) == (1, {"kim"})


@pytest.mark.parametrize(
    "other",
    [
        TERMS._replace(language="ko"),
        TERMS._replace(isolated=False),
        TERMS._replace(course=COURSE._replace(seconds=3.0)),
        TERMS._replace(course=COURSE._replace(seed=1)),
        TERMS._replace(course=COURSE._replace(points=dict(reversed(COURSE.points.items())))),
    ],
)
def test_other_terms_have_another_key(other: Terms) -> None:
    assert other.key(".py", b"x") != TERMS.key(".py", b"x")


def test_another_answer_has_another_key() -> None:
    keys = {TERMS.key(".py", b"x"), TERMS.key(".py", b"y"), TERMS.key(".ipynb", b"x")}
    assert len(keys) == 3


def setting(ledger: Ledger, name: str) -> object:
    return ledger._connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_file_is_marked_as_ours_and_held_alone_with_a_log_of_what_is_written(tmp_path: Path) -> None:
    held = Ledger(tmp_path / "l")
    assert setting(held, "application_id") == int.from_bytes(b"grad")
    assert (setting(held, "locking_mode"), setting(held, "journal_mode")) == ("exclusive", "wal")
    assert setting(held, "busy_timeout") == 500  # milliseconds, in which a grader that is ending can end


def test_every_half_second_a_finding_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Ledger(tmp_path / "l")
    waited = {}
    for now in (0.0, 0.25, 0.5, 0.75, 0.875, 1.5):
        monkeypatch.setattr(ledger, "monotonic", lambda now=now: now)
        held.put(f"{now}", Graded(FINDING))
        waited[now] = setting(held, "synchronous")
    full, normal = 2, 1
    assert waited == {0.0: full, 0.25: normal, 0.5: full, 0.75: normal, 0.875: normal, 1.5: full}


def test_the_roll_is_amended_and_blamed_line_by_line(tmp_path: Path) -> None:
    held = Ledger(tmp_path / "l")
    kim, lee, twin = (
        Enrolled(f"{name}.PY", name, Identity("canvas", f"{name}1", name.title(), True, "a team"), "k")
        for name in ("kim", "lee", "twin")
    )
    held.enrol([lee, twin, kim])
    held.put("k", Graded(FINDING, (1,), 0.5))
    assert (kim.suffix, kim.flaw) == (".py", None)
    assert held.ids() == {"kim", "lee", "twin"}
    assert (held.missing(), held.graded()) == (0, {"kim", "lee", "twin"})
    held.amend(lee._replace(key="other", digest="d"))
    held.amend(twin._replace(key=None, flaw="link"))
    assert (held.missing(), held.graded()) == (1, {"kim"})
    held.blame("other", "grader-failed")
    assert (held.missing(), held.graded()) == (1, {"kim"})
    assert list(held.roll()) == [
        (kim, Graded(FINDING, (1,), 0.5)),
        (lee._replace(key="other", flaw="grader-failed", digest="d"), None),
        (twin._replace(key=None, flaw="link"), None),
    ]
    held.blame("k", "grader-failed")
    held.amend(kim._replace(flaw="grader-failed", digest="changed only in what was read"))
    assert [who.digest for who, _ in held.roll()] == ["changed only in what was read", "d", ""]
    assert (held.missing(), held.graded()) == (1, frozenset())
    assert ("k" in held, "other" in held) == (True, False)


def test_a_second_grader_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    holder = Ledger(tmp_path / "l")
    with pytest.raises(InputError, match="another grader"):
        Ledger(tmp_path / "l")
    holder.close()
    Ledger(tmp_path / "l").close()


def test_another_programs_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, and long enough for SQLite to see it" * 20)
    other = sqlite3.connect(tmp_path / "db")
    other.execute("CREATE TABLE precious (x)")
    other.close()
    for name in ("text", "db"):
        with pytest.raises(InputError, match="not a ledger"):
            Ledger(tmp_path / name)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of three findings as it lies on the disk."""
    path = tmp_path_factory.mktemp("ledger") / "l"
    made = Ledger(path)
    made.enrol(ROLL)
    for who in ROLL:
        made.put(str(who.key), Graded(FINDING, (1,), 0.5))
    made.close()
    return path


ROLL = [
    Enrolled(f"{name}.py", name, Identity("plain", name, name), f"key of {name}") for name in ("kim", "lee", "park")
]


def read_again(path: Path) -> tuple[int, list[tuple[Enrolled, Graded | None]]]:
    """How many findings are forgotten, and the roll; nothing where the ledger is named as damaged."""
    try:
        with closing(Ledger(path)) as held:
            held.enrol(ROLL)
            return held.distrust(), list(held.roll())
    except InputError:
        return 0, []
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return 0, []


@settings(max_examples=300)
@given(st.data())
def test_whatever_bit_flips_a_finding_is_as_it_was_made_or_is_made_anew(kept: Path, data: st.DataObject) -> None:
    sound = kept.read_bytes()
    at, bit = data.draw(st.integers(0, len(sound) - 1)), data.draw(st.integers(0, 7))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "l"
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << bit]) + sound[at + 1 :])
        gone, found = read_again(path)
        assert [who for who, _ in found] in ([], ROLL)
        assert all(graded in (Graded(FINDING, (1,), 0.5), None) for _, graded in found)
        assert gone <= [graded for _, graded in found].count(None)


def test_a_finding_that_has_changed_since_is_forgotten_and_counted(tmp_path: Path) -> None:
    held = Ledger(tmp_path / "l")
    held.enrol(ROLL)
    for who in ROLL:
        held.put(str(who.key), Graded(FINDING, (1,), 0.5))
    assert held.distrust() == 0
    other = ("seconds = 0.25", "finding = replace(finding, '2', '4')", "starts = '[2]'", "checksum = 'x'", "key = 'o'")
    for change in other:
        held._connection.execute(f"UPDATE findings SET {change} WHERE key = 'key of lee'")
        if change == "key = 'o'":
            held._connection.execute("UPDATE roll SET key = 'o' WHERE id = 'lee'")
        assert held.distrust() == 1
        assert [graded is None for _, graded in held.roll()] == [False, True, False]
        held.put("key of lee", Graded(FINDING, (1,), 0.5))


def test_findings_of_tables_of_another_form_are_made_anew(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "l")
    old.executescript(
        "PRAGMA application_id = 0x67726164; CREATE TABLE findings (key TEXT PRIMARY KEY, finding TEXT);"
        "INSERT INTO findings VALUES ('k', '{}')"
    )
    old.close()
    held = Ledger(tmp_path / "l")
    assert "k" not in held
    held.put("k", Graded(FINDING))
    assert "k" in held


def test_a_ledger_that_is_torn_is_named_and_a_disk_that_is_read_only_too(tmp_path: Path, kept: Path) -> None:
    sound = kept.read_bytes()
    (tmp_path / "l").write_bytes(sound[: len(sound) // 2])
    with pytest.raises(InputError, match=r"/l: the ledger is damaged \("):
        Ledger(tmp_path / "l")
    (tmp_path / "l").write_bytes(sound)
    reading = sqlite3.connect(f"file:{tmp_path}/l?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as error:
        reading.execute("DELETE FROM roll")
    said = str(fault(tmp_path / "l", error.value))
    assert said.startswith(f"{tmp_path}/l: this disk or folder is read-only (attempt to write a readonly database)")
    assert not is_damage(error.value)


@pytest.mark.parametrize(("writable", "said"), [(True, "give another folder"), (False, "is read-only")])
def test_a_ledger_that_cannot_be_opened_is_told_by_whether_its_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool, said: str
) -> None:
    monkeypatch.setattr(os, "access", lambda folder, how: writable and (folder, how) == (tmp_path, os.W_OK))
    (tmp_path / "l").mkdir()
    with pytest.raises(InputError, match=said):
        Ledger(tmp_path / "l")


WRITER = """
import sys
from pathlib import Path
from tests.grading.test_ledger import FINDING, Graded, Ledger
ledger = Ledger(Path(sys.argv[1]))
for number in range(10**9):
    ledger.put(str(number), Graded(FINDING))
    print(number, flush=True)
"""


def test_what_was_put_survives_kill_9(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "l")], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    while int(writer.stdout.readline()) < 50:
        pass
    os.kill(writer.pid, signal.SIGKILL)
    said = writer.stdout.read().split()
    writer.wait()
    ledger = Ledger(tmp_path / "l")
    assert all(str(number) in ledger for number in range(int(said[-1]) + 1 if said else 50))


def put_for_ever(ledger: Ledger, kept: list[str]) -> None:
    for number in range(10**5):
        ledger.put(str(number), Graded(FINDING))
        kept.append(str(number))


def test_a_full_disk_loses_nothing_that_was_put(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l")
    ledger._connection.execute("PRAGMA max_page_count = 30")
    kept: list[str] = []
    with pytest.raises(sqlite3.OperationalError, match="full"):
        put_for_ever(ledger, kept)
    ledger.close()
    again = Ledger(tmp_path / "l")
    assert kept
    assert all(key in again for key in kept)


def test_the_roll_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l")
    ledger.enrol([Enrolled("kim.py", "kim", KIM, "k")])

    def failing() -> object:
        yield Enrolled("lee.py", "lee", LEE, "k")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.enrol(failing())
    assert ledger.ids() == {"kim"}


def test_a_chance_is_drawn_once_and_kept_unless_another_is_given(tmp_path: Path) -> None:
    held = Ledger(tmp_path / "l")
    first = held.chance(None)
    assert 0 <= first < 2**63
    assert Ledger(tmp_path / "other").chance(None) != first
    held.close()
    again = Ledger(tmp_path / "l")
    assert [again.chance(None), again.chance(5), again.chance(None)] == [first, 5, 5]
    again._connection.execute("UPDATE chance SET bits = '6'")
    with pytest.raises(sqlite3.DatabaseError) as error:
        again.chance(None)
    assert is_damage(error.value)
    assert again.chance(7) == again.chance(None) == 7
