"""The mistake by name, how to see it, and what to try, in words."""

from collections.abc import Iterator, Mapping

from compare.exercises.findings import CHANGED, COUNT, SHAPE, VALUE, ExerciseFinding
from compare.reports.by_hand import by_hand
from compare.reports.cures import PRINTING, call, cure_of, module, shape_of_cure
from compare.reports.differences import Part, output_names
from compare.reports.edited import of_reference
from compare.reports.language import Messages
from compare.reports.numbers import number
from compare.reports.places import WhereIs


def mistakes(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    if 0 < len(finding.outputs) < len(output_names(finding)):
        yield Part("mistake", say("found.outputs", outputs=", ".join(finding.outputs)))
    if apart := _apart(finding):
        yield from _of_each(apart, finding, say)
    elif finding.mistakes:
        yield Part("mistake", _named(finding.mistakes, finding, say))
    elif finding.reason == VALUE:
        yield Part("mistake", say("found.no-mistake"))
    for name in finding.mistakes:
        see = mistake(name, finding, "see", say)
        yield Part("see", say("found.by-itself", see=see) if _is_one_of_two(finding) else see)
    if finding.also:
        yield Part("also", say("found.also", name=_named(finding.also, finding, say)))
    if finding.reason == VALUE:
        yield from (Part("hand", line) for line in by_hand(finding, say))


def tries(finding: ExerciseFinding, say: Messages, where: WhereIs) -> Iterator[Part]:
    for name in dict.fromkeys((*finding.mistakes, *finding.also)):
        yield Part("try", mistake(name, finding, "try", say))
    if finding.reason is not None and not finding.mistakes:
        key = f"reason.{cure_of(finding)}.{_kind_of_cure(finding)}"
        yield Part("try", say(key, module=module(finding.detail)))
        if cure_of(finding) in PRINTING and (line := call(finding)):
            yield Part("try", say("found.run-cell" if where(1).cell is not None else "found.run", call=line))


def mistake(name: str, finding: ExerciseFinding, field: str, say: Messages) -> str:
    """The `name` of a mistake in words, how to `see` it, or what to `try`, worded for the exercise."""
    if name in finding.words:
        return of_reference(name, finding.words[name], field, say)
    key = f"mistake.{name}.loss.{field}"
    start = ", ".join(f"{p} = {number(own)}" for p, own in zip("wb", finding.start, strict=False) if own is not None)
    key = key if name in finding.in_loss and key in say else f"mistake.{name}.{field}"
    changed = next((note.removeprefix(CHANGED) for note in finding.notes if note.startswith(CHANGED)), "y")
    outputs = ", ".join(output_names(finding))
    return say(key, parameter=number(finding.parameter), start=start, changed=changed, outputs=outputs)


def _is_one_of_two(finding: ExerciseFinding) -> bool:
    """Does another mistake stand beside it, so that what it does is not all that is seen?"""
    return len(finding.mistakes) > 1 or bool(finding.inherited)


def _apart(finding: ExerciseFinding) -> dict[str, str]:
    """By output, the mistake that stands there alone; nothing where only one output is wrong."""
    return dict(zip(finding.apart, finding.mistakes, strict=False)) if len(finding.outputs) > 1 else {}


def _of_each(apart: Mapping[str, str], finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    for output in finding.outputs:
        known = _named((apart[output],), finding, say) if output in apart else say("found.something-else")
        yield Part("mistake", say("found.of-output", output=output, mistake=known))


def _named(names: tuple[str, ...], finding: ExerciseFinding, say: Messages) -> str:
    words = [mistake(name, finding, "name", say) for name in names]
    text = say("found.two", first=words[0], second=words[1]) if len(words) == 2 else words[0]
    return f"{text} ({', '.join(names)})"


def _kind_of_cure(finding: ExerciseFinding) -> str:
    """Numbers that no function of ours was run for are redone in another way."""
    if not output_names(finding):
        of_value = "history-start" if finding.first_wrong_epoch == 0 else "history"
        return {VALUE: of_value, COUNT: "history-try"}.get(finding.reason or "", "try")
    if finding.reason == SHAPE:
        return shape_of_cure(finding)
    if finding.reason == VALUE and finding.tries == 1:
        return "paper-step" if finding.name == "sgd_step" else "paper"
    return "try"
