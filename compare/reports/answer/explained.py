"""A finding in words: labelled parts in the order in which a student should read them.

The exercise; what went in, what came out, what was expected; how far off (`differences.py`); the mistake by name, how
to see it, what to try (`mistakes.py`). Every renderer (terminal, JSON, notebook, page) shows these parts.
"""

import re
from collections.abc import Iterator

from compare.exercises.findings import (
    ANOTHER,
    CHANGED,
    EXPANDED,
    READ_WITHOUT,
    RIGHT,
    UNCHECKED,
    WRONG,
    ExerciseFinding,
    Failure,
    Finding,
)
from compare.reports.answer import Part, WhereIs, in_a_cell, in_brackets, plainly
from compare.reports.language import Messages
from compare.sandbox.calls import ERROR, MISSING, UNSET

TAKES = "takes:"  # a note with its own parameters and those asked for, where they are not as many
SAID_ELSEWHERE = (EXPANDED, "unset:", "reads:", TAKES)  # kinds of notes
NUMBER = re.compile(r"(?:int|float|uint)\d*")  # types of one number


def explained(finding: ExerciseFinding, say: Messages, where: WhereIs) -> list[Part]:
    """What there is to say about one exercise beyond its verdict and points."""
    if finding.verdict == RIGHT:
        return list(_notes(finding, say))
    if finding.reason == UNSET and not finding.mended:
        return list(_unset(finding, say, where))
    if finding.verdict == UNCHECKED and (finding.reason == MISSING or finding.mended):
        return list(_meant(finding, say, where))
    if takes := next((note for note in finding.notes if note.startswith(TAKES)), None):
        return list(_parameters(finding, takes, say, where))
    from compare.reports.answer.differences import numbers, why_wrong  # loaded only where something is wrong
    from compare.reports.answer.mistakes import cure_of, mistakes, tries

    parts = [Part("what", text) for text in why_wrong(finding, say, where)]
    parts += [*numbers(finding, say), *_trajectory(finding, say)]
    if finding.confirm:  # it has no mistake of its own
        confirmed = say("found.confirm", names=", ".join(finding.inherited))
        return [*parts, Part("inherited", confirmed), *_notes(finding, say)]
    parts += [*mistakes(finding, say), *_notes(finding, say), *tries(finding, say, where)]
    parts += _reads(finding, say, where)
    return parts + [Part("try", text) for text in in_a_cell(cure_of(finding), finding.line, say, where)]


def summary(finding: ExerciseFinding, say: Messages) -> str:
    """The whole of what there is to say of an exercise that is right or not written yet; for another, nothing."""
    if finding.verdict == WRONG:
        return ""
    if finding.inherited:
        right, mended, confirm = finding.verdict == RIGHT, finding.mended, finding.confirm
        follows = ("mended" if mended else "given") if right else ("confirm" if confirm else "stopped")
        return say(f"found.{follows}", names=", ".join(finding.inherited))
    if finding.reason == MISSING:
        return "" if finding.notes else say("found.missing")
    if finding.verdict != RIGHT:
        return ""
    if finding.equal:
        key, _, sizes = finding.equal.partition(":")
        return say(f"found.{key}", sizes=sizes)
    if finding.tries > 1:
        return say("found.tries", tries=finding.tries)
    expanded = next((note for note in finding.notes if note.startswith(EXPANDED)), None)
    return say("found.expanded", epoch=expanded.removeprefix(EXPANDED)) if expanded else say("found.digits")


def failed(answer: str, failure: Failure, say: Messages, where: WhereIs) -> str:
    """Why nothing of the answer could be checked, in one line."""
    from compare.reports.answer.differences import what_key
    from compare.reports.answer.mistakes import cure, module

    reason = ERROR if failure.reason == MISSING else failure.reason  # its top level raises NotImplementedError
    what = say(what_key(reason, failure.detail), detail=failure.detail, place=in_brackets(failure.line, say, where))
    key = cure(reason, failure.detail)
    tries = [say(f"reason.{key}.try", module=module(failure.detail)), *in_a_cell(key, failure.line, say, where)]
    return say("failure.what", answer=answer, what=what, cure=" ".join(tries))


def noted(finding: Finding, say: Messages, where: WhereIs) -> list[str]:
    """What there is to say of the answer as a whole. That the kit itself is not there is no loss."""
    if not finding.notes:
        return []
    from compare.reports.answer.mistakes import module

    others = [note.split(":")[1] for note in finding.notes if note.startswith(ANOTHER)]
    left_out = [note.split(":", 3)[1:] for note in finding.notes if note.startswith("left-out:")]
    found = [
        say("found.left-out", place=plainly(where(int(line)), say), what=_why_left_out(reason, detail, say))
        for line, reason, detail in left_out
        if not detail.startswith("ModuleNotFoundError") or module(detail) != "compare"
    ]
    told = [say("found.another", names=names) for names in others]
    told += [_read_without(note, say, where) for note in finding.notes if note.startswith(READ_WITHOUT)]
    return [*told, *found, say("found.left-out-rest")] if found else told


def _read_without(note: str, say: Messages, where: WhereIs) -> str:
    """What was put aside before Python read the answer, where first, and how often."""
    kind, line, count = note.removeprefix(READ_WITHOUT).split(":")[:3]
    more = say("found.read-without-more", count=int(count) - 1) if int(count) > 1 else ""
    return say(f"found.read-without-{kind}", place=plainly(where(int(line)), say), more=more)


def _why_left_out(reason: str, detail: str, say: Messages) -> str:
    from compare.reports.answer.differences import what_key

    return detail if reason == ERROR and detail else say(what_key(reason, detail), detail=detail, place="")


def _unset(finding: ExerciseFinding, say: Messages, where: WhereIs) -> Iterator[Part]:
    """Which name is not there, and the line that should have set it, whose error is said of the answer as a whole; or
    what it needs of an environment in which answers do not run."""
    place = plainly(where(finding.line or 1), say)
    names = [note.partition(":")[2] for note in finding.notes if note.startswith("unset:")]
    for name in names:
        key = "unset-ended" if not finding.detail else "unset-own" if name == finding.name else "unset"
        yield Part("what", say(f"found.{key}", name=name, place=place))
    if not names:
        from compare.reports.answer.mistakes import cure, module

        key = cure(ERROR, finding.detail)
        key = "file" if key == ERROR else key
        yield Part("what", say("found.unset-here", place=place, detail=finding.detail))
        yield Part("try", say(f"reason.{key}.try", module=module(finding.detail)))
        yield from (Part("try", text) for text in in_a_cell(key, finding.line, say, where))


def _parameters(finding: ExerciseFinding, takes: str, say: Messages, where: WhereIs) -> Iterator[Part]:
    """Which parameters are asked for, where a function takes not as many."""
    _, own, asked = takes.split(":")
    fields = {"name": finding.name, "own": own, "asked": asked, "count": asked.count(",") + 1}
    yield Part("what", say("found.takes", place=in_brackets(finding.line, say, where), **fields))
    yield Part("try", say("found.takes-try", **fields))


def _reads(finding: ExerciseFinding, say: Messages, where: WhereIs) -> list[Part]:
    """The values from outside that a wrong function reads."""
    found = (note.split(":") for note in finding.notes if note.startswith("reads:"))
    return [Part("note", say("note.reads", name=name, place=plainly(where(int(line)), say))) for _, name, line in found]


def _meant(finding: ExerciseFinding, say: Messages, where: WhereIs) -> Iterator[Part]:
    """Why there is none of that name: it is no function any more, or another name may have been meant."""
    for note in finding.notes:
        if note.startswith(("perhaps:", "gone:", "made:", "inside-")):
            kind, name, line = note.split(":")
            yield Part("what", say(f"found.{kind}", name=name, kind=name, place=plainly(where(int(line)), say)))


def _trajectory(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    from compare.reports.answer.differences import number

    if finding.first_wrong_epoch is not None:
        yield Part("trajectory", say("trajectory.first", epoch=finding.first_wrong_epoch))
    if finding.fault is not None:
        yield Part("trajectory", say(f"trajectory.{finding.fault}"))
    if finding.frozen_at is not None:
        yield Part("trajectory", say("trajectory.frozen", value=number(finding.frozen_at)))
    momentum = finding.parameter if "other-momentum" in (*finding.mistakes, *finding.also) else None
    own = {"lr": finding.rate, "momentum": momentum}
    if options := ", ".join(f"{name} = {number(value)}" for name, value in own.items() if value is not None):
        yield Part("trajectory", say("trajectory.options", value=options))
    if finding.diverges:
        rate, limit, momentum = finding.diverges
        key = "trajectory.diverges-momentum" if momentum else "trajectory.diverges"
        yield Part("trajectory", say(key, rate=number(rate), limit=number(limit)))


def _notes(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    outputs = finding.names
    elsewhere = (*SAID_ELSEWHERE, CHANGED) if "changes-its-inputs" in finding.mistakes else SAID_ELSEWHERE
    for note in (note for note in finding.notes if not note.startswith(elsewhere)):
        kind, _, name = note.partition(":")
        key = f"note.{kind}-{name}"
        if kind == "form" and len(outputs) > 1 and NUMBER.fullmatch(name):
            yield Part("note", say("note.form-one", count=len(outputs), outputs=", ".join(outputs)))
        else:
            yield Part("note", say(key) if key in say else say(f"note.{kind}", name=name, count=name))
