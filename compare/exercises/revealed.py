"""How much of a finding a course lets its students see."""

from compare.exercises.findings import RIGHT, ExerciseFinding, Finding
from compare.sandbox.calls import STALLED, TIMED_OUT


def revealed(finding: Finding, reveal: str) -> Finding:
    """The finding with all its `values`, with its `hints` but no expected number, or with its `verdicts` alone."""
    cut = {"values": _whole, "hints": _without_numbers, "verdicts": _verdict}[reveal]
    finding = finding._replace(exercises=tuple(map(cut, finding.exercises)))
    return _without_texts(finding) if reveal == "verdicts" else finding


def _without_texts(finding: Finding) -> Finding:
    """Without the student's own words, which could tell what the inputs were."""
    failure = finding.failure
    if failure is not None and failure.reason not in (TIMED_OUT, STALLED):  # whose detail is the limit
        failure = failure._replace(detail="")
    notes = tuple(":".join([*note.split(":")[:3], ""]) for note in finding.notes)
    return finding._replace(failure=failure, notes=notes)


def _whole(exercise: ExerciseFinding) -> ExerciseFinding:
    return exercise


def _without_numbers(exercise: ExerciseFinding) -> ExerciseFinding:
    """The mistake without the counterexample, and whatever else would give an expected number away."""
    exercise = exercise._replace(counterexample=None, moved=None, steps=())
    return exercise._replace(got=None, truth=None, off=None, allowance=None, entry=None)


def _verdict(exercise: ExerciseFinding) -> ExerciseFinding:
    """What is right only given the student's own steps says so."""
    bare = ExerciseFinding(exercise.name, exercise.verdict, exercise.of, exercise.points, tries=exercise.tries)
    if exercise.verdict != RIGHT:
        return bare
    bare = bare._replace(inherited=exercise.inherited, mended=exercise.mended, confirm=exercise.confirm)
    return bare._replace(equal=exercise.equal)
