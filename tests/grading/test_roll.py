"""Who is on the roll, which jobs are handed out, and what is kept of each when it is done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compare.exercises import course
from compare.exercises.findings import ExerciseFinding, Finding
from compare.grading import limits
from compare.grading import session as roll
from compare.grading.entries import refused
from compare.grading.ledger import Enrolled, Ledger
from compare.grading.naming import Identity
from compare.grading.submissions import Submission
from compare.grading.terms import Graded, Terms
from compare.grading.worker import Done, Job

TERMS = Terms(course.read(), "en", True)


def submission(name: str, source: bytes, file: str = "answers.PY") -> Submission:
    return Submission(f"{name}-1", f"{name}/{file}", Identity("plain", name, name.title()), lambda: source)


DIGESTS = {b"1": "6b86b273ff34", b"22": "785f3ec7eb32"}


def enrolled(name: str, key: str | None, flaw: str | None = None, file: str = "answers.PY") -> Enrolled:
    digest = "" if key is None else DIGESTS[b"22" if key == TWO else b"1"]
    return Enrolled(f"{name}/{file}", f"{name}-1", Identity("plain", name, name.title()), key, flaw, digest)


KIM, LEE, TWIN = submission("kim", b"1"), submission("lee", b"22"), submission("twin", b"1")
PARK = submission("park", b"1", "answers.ipynb")
LINK = submission("link", b"")._replace(read=refused("", "link").read, flaw="link")
ONE, TWO, CELLS = TERMS.key(".py", b"1"), TERMS.key(".py", b"22"), TERMS.key(".ipynb", b"1")
ALL = [KIM, LEE, TWIN, PARK, LINK]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger")


def marks(job: Job) -> Done:
    return Done(job.key, Graded(Finding(float(len(job.source)), 9.0, ())))


def graded(ledger: Ledger, work: Callable[[Job], Done] = marks, **options: bool) -> list[Done]:
    with ThreadPoolExecutor(1) as crew:
        return list(roll.grade_missing([KIM, LEE], ledger, TERMS, work, crew, 1, **options))


def test_everyone_is_enrolled_with_a_key_or_a_flaw_and_what_is_missing_is_counted_once_a_key(ledger: Ledger) -> None:
    assert roll.enrol(ALL, ledger, TERMS) == 3
    assert [who for who, _ in ledger.roll()] == [
        enrolled("kim", ONE),
        enrolled("lee", TWO),
        enrolled("link", None, "link"),
        enrolled("park", CELLS, file="answers.ipynb"),
        enrolled("twin", ONE),
    ]


def test_what_is_refused_has_no_bytes() -> None:
    assert roll._read(LINK, TERMS) == (enrolled("link", None, "link"), b"")


def test_there_is_one_job_a_key_with_the_kind_and_the_bytes_of_the_file(ledger: Ledger) -> None:
    jobs = [Job(ONE, ".py", b"1"), Job(TWO, ".py", b"22"), Job(CELLS, ".ipynb", b"1")]
    assert list(roll._jobs(ALL, ledger, TERMS, False)) == jobs
    ledger.put(ONE, Graded(Finding(1.0, 9.0, ())))
    assert list(roll._jobs(ALL, ledger, TERMS, False)) == jobs[1:]
    assert list(roll._jobs(ALL, ledger, TERMS, True)) == jobs


def test_a_file_that_has_changed_since_it_was_enrolled_is_corrected_when_its_job_is_made(ledger: Ledger) -> None:
    roll.enrol([KIM, LEE], ledger, TERMS)
    changed = [KIM._replace(read=lambda: b"22"), LEE._replace(read=refused("", "unreadable").read)]
    assert list(roll._jobs(changed, ledger, TERMS, False)) == [Job(TWO, ".py", b"22")]
    assert [who for who, _ in ledger.roll()] == [enrolled("kim", TWO), enrolled("lee", None, "unreadable")]


def test_what_is_graded_is_kept_and_not_graded_again_unless_anew(ledger: Ledger) -> None:
    roll.enrol([KIM, LEE], ledger, TERMS)
    one, two = Done(ONE, Graded(Finding(1.0, 9.0, ()))), Done(TWO, Graded(Finding(2.0, 9.0, ())))
    assert graded(ledger) == [one, two]
    assert [found for _, found in ledger.roll()] == [one.graded, two.graded]
    assert graded(ledger) == []
    assert graded(ledger, anew=True) == [one, two]


def test_an_answer_on_which_the_grader_failed_is_flawed_and_kept_nowhere(ledger: Ledger) -> None:
    roll.enrol([KIM, LEE, TWIN], ledger, TERMS)
    failed = Done(ONE, None, "grader-failed", "bug")
    assert graded(ledger, lambda job: failed if job.key == ONE else marks(job))[0] == failed
    assert ONE not in ledger
    assert [(who.flaw, found is None) for who, found in ledger.roll()] == [
        ("grader-failed", True), (None, False), ("grader-failed", True),
    ]  # fmt: skip


def stalling(*at: int, killed: bool = False) -> Callable[[Job], Done]:
    """Work that stalls, or is killed for want of memory, at those of its runs of Kim's answer."""
    runs: list[bytes] = []

    def work(job: Job) -> Done:
        runs.append(job.source)
        done = marks(job)
        if job.key != ONE or runs.count(b"1") not in at:
            return done
        slept = ExerciseFinding("mse", "wrong", 2.0, reason="stalled")
        return Done(job.key, Graded(Finding(0.0, 9.0, (slept,))), stalled=not killed, killed=killed)

    return work


@pytest.mark.parametrize(
    ("at", "busy", "killed", "points", "flaw"),
    [
        ((1,), False, False, 1.0, None),
        ((1,), True, False, 1.0, None),
        ((1, 2), False, False, 0.0, None),
        ((1, 2), True, False, None, roll.BUSY),
        ((1,), False, True, 1.0, None),
        ((1, 2), False, True, None, roll.BUSY),
    ],
    ids=["once", "once-busy", "it-sleeps", "never-final", "killed-once", "killed-never-final"],
)
def test_what_stalled_is_run_once_more_alone_and_is_never_final_on_a_busy_machine(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, at: tuple[int, ...], busy: bool, killed: bool,
    points: float | None, flaw: str | None,
) -> None:  # fmt: skip
    monkeypatch.setattr(limits, "is_busy", lambda: busy)
    roll.enrol([KIM, LEE], ledger, TERMS)
    found = graded(ledger, stalling(*at, killed=killed))
    assert [(done.key, done.alone) for done in found] == [(TWO, False), (ONE, True)]
    kim, lee = ledger.roll()
    assert (kim[0].flaw, kim[1] and kim[1].finding.points) == (flaw, points)
    assert lee[1]
    assert (ONE in ledger) is (flaw is None)
