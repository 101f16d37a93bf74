"""A finding as one JSON object."""

from typing import Any

from compare.exercises.findings import Counterexample, ExerciseFinding, Finding
from compare.reports.explained import explained, noted, summary
from compare.reports.language import Messages
from compare.reports.places import WhereIs


def as_json(answer: str, finding: Finding, say: Messages, where: WhereIs) -> dict[str, Any]:
    """The finding as JSON's own types; every exercise of the course is in it. `notes` and the hash of the `reference`
    stand there only where there are any."""
    exercises = [exercise_json(exercise, say, where) for exercise in finding.exercises]
    more: dict[str, Any] = {"notes": noted(finding, say, where)} if finding.notes else {}
    more |= {"reference": finding.reference} if finding.reference else {}
    return {"answer": answer, "points": float(finding.points), "of": float(finding.of), "exercises": exercises, **more}


def exercise_json(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> dict[str, Any]:
    """One exercise; `counterexample` is null where there is none."""
    return {
        "name": exercise.name,
        "verdict": exercise.verdict,
        "points": float(exercise.points),
        "of": float(exercise.of),
        "mistakes": list(exercise.mistakes),
        "counterexample": _example(exercise.counterexample),
        "message": message(exercise, say, where),
    }


def message(exercise: ExerciseFinding, say: Messages, where: WhereIs) -> str:
    """What there is to say about the exercise, a line a part; its verdict where nothing more is shown."""
    parts = [f"{say(f'label.{part.kind}')}: {part.text}" for part in explained(exercise, say, where)]
    return "\n".join(filter(None, [summary(exercise, say), *parts])) or say(f"verdict.{exercise.verdict}")


def _example(example: Counterexample | None) -> dict[str, Any] | None:
    return example and {**example.inputs, "given": example.given, "expected": example.expected}
