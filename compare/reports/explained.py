"""A finding in words: labelled parts in the order in which a student should read them.

The exercise; what went in, what came out, what was expected; how far off; the mistake by name and how to see it; what
to try. Every renderer (terminal, JSON, notebook, page) shows these parts.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from compare.exercises.findings import (
    BOOKKEEPING,
    COUNT,
    NOT_FINITE,
    RIGHT,
    VALUE,
    Counterexample,
    ExerciseFinding,
    Failure,
    Finding,
)
from compare.exercises.sources import Place
from compare.exercises.tasks import TASKS
from compare.reports.by_hand import by_hand
from compare.reports.cures import PRINTING, call, cure, cure_of, module
from compare.reports.language import Messages
from compare.reports.numbers import number, percent, shown, told_apart
from compare.sandbox.calls import ERROR, MISSING, TIMED_OUT

WhereIs = Callable[[int], Place]


class Part(NamedTuple):
    """One sentence and its label: `kind` is the label's key in the messages, `input`, `mistake`, `try` and so on."""

    kind: str
    text: str


def explained(finding: ExerciseFinding, say: Messages, where: WhereIs) -> list[Part]:
    """What there is to say about one exercise beyond its verdict and points."""
    if finding.verdict == RIGHT:
        return list(_notes(finding, say))
    if finding.reason == MISSING or finding.mended:
        return list(_meant(finding, say, where))
    what = [Part("what", text) for text in _what(finding, say, where)]
    steps = (_numbers, _trajectory, _inherited, _mistakes, _notes, _tries)
    parts = what + [part for step in steps for part in step(finding, say)]
    return parts + [Part("try", text) for text in _in_a_cell(cure_of(finding), finding.line, say, where)]


def _meant(finding: ExerciseFinding, say: Messages, where: WhereIs) -> Iterator[Part]:
    """The function that may have been meant, where there is none of the right name."""
    for kind, name, line in (note.split(":") for note in finding.notes if note.startswith("perhaps:")):
        yield Part("what", say(f"found.{kind}", name=name, place=_plainly(where(int(line)), say)))


def summary(finding: ExerciseFinding, say: Messages) -> str:
    """The whole of what there is to say of an exercise that is right or not written yet; for another, nothing."""
    if finding.mended:
        return say("found.mended" if finding.verdict == RIGHT else "found.stopped", names=", ".join(finding.inherited))
    if finding.reason == MISSING:
        return "" if finding.notes else say("found.missing")
    if finding.verdict != RIGHT:
        return ""
    if finding.inherited:
        return say("found.given", names=", ".join(finding.inherited))
    return say("found.tries", tries=finding.tries) if finding.tries > 1 else say("found.digits")


def failed(answer: str, failure: Failure, say: Messages, where: WhereIs) -> str:
    """Why nothing of the answer could be checked, in one line."""
    reason = ERROR if failure.reason == MISSING else failure.reason  # its top level raises NotImplementedError
    what = say(_what_key(reason, failure.detail), detail=failure.detail, place=_place(failure.line, say, where))
    key = cure(reason, failure.detail)
    tries = [say(f"reason.{key}.try", module=module(failure.detail)), *_in_a_cell(key, failure.line, say, where)]
    return say("failure.what", answer=answer, what=what, cure=" ".join(tries))


def noted(finding: Finding, say: Messages, where: WhereIs) -> list[str]:
    """What there is to say of the answer as a whole. That the kit itself is not there is no loss."""
    notes = [note.split(":") for note in finding.notes]
    found = [(library, where(int(line))) for _, library, line in notes if library != "compare"]
    return [say("found.passed-over", library=library, place=_plainly(place, say)) for library, place in found]


def _in_a_cell(key: str, line: int | None, say: Messages, where: WhereIs) -> list[str]:
    """A notebook that needs a library has it where it was written."""
    in_a_cell = key == "module" and line is not None and where(line).cell is not None
    return [say("reason.module.cell")] if in_a_cell else []


def mistake(name: str, finding: ExerciseFinding, field: str, say: Messages) -> str:
    """The `name` of a mistake in words, how to `see` it, or what to `try`, worded for the exercise."""
    in_loss = finding.name == "mse" or finding.fault == BOOKKEEPING
    key = f"mistake.{name}.loss.{field}"
    return say(key if in_loss and key in say else f"mistake.{name}.{field}")


def _what(finding: ExerciseFinding, say: Messages, where: WhereIs) -> Iterator[str]:
    if finding.reason == COUNT:
        yield _counts(finding, say)
    elif finding.reason not in (None, VALUE):
        shapes = {"given": _shape(finding.shape_given), "expected": _shape(finding.shape_expected)}
        outputs = _output_names(finding)
        several = f"reason.{finding.reason}.several"
        key = several if len(outputs) > 1 and several in say else _what_key(finding.reason, finding.detail)
        known = {"detail": finding.detail, "place": _place(finding.line, say, where), **shapes}
        yield say(key, count=len(outputs), outputs=", ".join(outputs), **known)


def _counts(finding: ExerciseFinding, say: Messages) -> str:
    """How many losses came and how many are asked for; of a history, of which epochs, and whether they are right."""
    came, asked = ((shape or ("?",))[0] for shape in (finding.shape_given, finding.shape_expected))
    if finding.name in TASKS or not isinstance(came, int) or not isinstance(asked, int):
        return say("reason.count.what", came=came, asked=asked)
    every, kind = finding.every, "history"
    if finding.counterexample is None:
        kind = "history-right" if came < asked else "history-more"
    key = "reason.count.epochs" if every == 1 else "reason.count.epochs-every"
    epochs = say(key, every=every, twice=2 * every, end=(asked - 1) * every)
    return say(f"reason.count.{kind}", came=came, asked=asked, last=(came - 1) * every, epochs=epochs)


def _what_key(reason: str | None, detail: str) -> str:
    return f"reason.{reason}.{'limit' if reason == TIMED_OUT and detail else 'what'}"


def _shape(shape: tuple[int, ...] | None) -> str:
    return "?" if shape is None else str(shape)


def _place(line: int | None, say: Messages, where: WhereIs) -> str:
    if line is None:
        return ""
    place = where(line)
    return say("place.line", line=place.line) if place.cell is None else say("place.cell", **place._asdict())


def _plainly(place: Place, say: Messages) -> str:
    return say("place.bare-line" if place.cell is None else "place.bare-cell", **place._asdict())


def _numbers(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    example = finding.counterexample
    if example is None:
        return
    if example.inputs:
        yield Part("input", ", ".join(f"{name} = {shown(value)}" for name, value in example.inputs.items()))
    given, expected = _outputs(_output_names(finding), example, finding.tries == 1)
    silent = example.given is None and finding.reason not in (VALUE, NOT_FINITE)
    yield Part("given", say("value.none") if silent else given)
    yield Part("expected", expected)
    if finding.off is not None:
        yield Part("off", _off(finding, say))


def _output_names(finding: ExerciseFinding) -> tuple[str, ...]:
    return TASKS[finding.name].outputs if finding.name in TASKS else ()


def _outputs(names: tuple[str, ...], example: Counterexample, on_paper: bool) -> tuple[str, str]:
    """What came out and what was expected; on paper, of the numbers that are written."""
    given, expected = example.given, example.expected
    if len(names) < 2 or not isinstance(expected, list):
        return told_apart(given, expected)
    if not isinstance(given, list) or len(given) != len(names):
        return shown(given), _labelled(names, [shown(each) for each in expected])
    rows = [row for row in zip(names, given, expected, strict=True) if not (on_paper and row[1] is None)]
    pairs = [told_apart(one, other) for _, one, other in rows]
    names = tuple(name for name, *_ in rows)
    return _labelled(names, [one for one, _ in pairs]), _labelled(names, [other for _, other in pairs])


def _labelled(names: tuple[str, ...], values: list[str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))


def _off(finding: ExerciseFinding, say: Messages) -> str:
    where = finding.output or finding.name
    if finding.entry is not None:
        where = say("found.epoch" if where == "losses" else "found.entry", output=where, index=finding.entry)
    fields = {"where": where, "off": number(finding.off), "allowance": f"{finding.allowance or 0:.2g}"}
    if not finding.truth or finding.off is None:
        return say("found.off", **fields)
    return say("found.off-relative", percent=percent(100 * finding.off / abs(finding.truth)), **fields)


def _trajectory(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    if finding.first_wrong_epoch is not None:
        yield Part("trajectory", say("trajectory.first", epoch=finding.first_wrong_epoch))
    if finding.fault is not None:
        yield Part("trajectory", say(f"trajectory.{finding.fault}"))
    if finding.frozen_at is not None:
        yield Part("trajectory", say("trajectory.frozen", value=number(finding.frozen_at)))
    if finding.rate is not None:
        yield Part("trajectory", say("trajectory.rate", value=number(finding.rate)))


def _inherited(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    if finding.inherited:
        yield Part("inherited", say("found.inherited", names=", ".join(finding.inherited)))


def _mistakes(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    if 0 < len(finding.outputs) < len(_output_names(finding)):
        yield Part("mistake", say("found.outputs", outputs=", ".join(finding.outputs)))
    if finding.mistakes:
        yield Part("mistake", _named(finding.mistakes, finding, say))
    elif finding.reason == VALUE:
        yield Part("mistake", say("found.no-mistake"))
    for name in finding.mistakes:
        yield Part("see", mistake(name, finding, "see", say))
    if finding.also:
        yield Part("also", say("found.also", name=_named(finding.also, finding, say)))
    if finding.reason == VALUE:
        yield from (Part("hand", line) for line in by_hand(finding, say))


def _named(names: tuple[str, ...], finding: ExerciseFinding, say: Messages) -> str:
    words = [mistake(name, finding, "name", say) for name in names]
    text = say("found.two", first=words[0], second=words[1]) if len(words) == 2 else words[0]
    return f"{text} ({', '.join(names)})"


def _notes(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    for note in finding.notes:
        kind, _, name = note.partition(":")
        key = f"note.{kind}-{name}"
        yield Part("note", say(key) if key in say else say(f"note.{kind}", name=name, count=name))


def _tries(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    for name in dict.fromkeys((*finding.mistakes, *finding.also)):
        yield Part("try", mistake(name, finding, "try", say))
    if finding.reason is not None and not finding.mistakes:
        key = f"reason.{cure_of(finding)}.{_kind_of_cure(finding)}"
        yield Part("try", say(key, module=module(finding.detail)))
        if cure_of(finding) in PRINTING and (line := call(finding)):
            yield Part("try", say("found.run", call=line))


def _kind_of_cure(finding: ExerciseFinding) -> str:
    """Numbers that no function of ours was run for are redone in another way."""
    if finding.name not in TASKS:
        return {VALUE: "history", COUNT: "history-try"}.get(finding.reason or "", "try")
    if finding.reason == VALUE and finding.tries == 1:
        return "paper-step" if finding.name == "sgd_step" else "paper"
    return "try"
