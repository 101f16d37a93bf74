"""The mistake by name, how to see it, and what to try, in words.

A mistake of a course with a reference is an edit of its formulas, or as its author wrote it. What to try where none is
known follows from what went wrong: the keys under `reason` in the messages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from compare.exercises.findings import CHANGED, COUNT, SHAPE, VALUE, ExerciseFinding
from compare.reports.answer import Part, WhereIs
from compare.reports.answer.differences import MOST_ENTRIES, number, place
from compare.reports.language import Messages
from compare.sandbox.calls import ERROR

MOST_SYMBOLS = 3
FIELDS = {"name": "name", "see": "see", "try": "attempt"}  # of a mistake, as messages and as authors call them
ERRORS = {
    "ModuleNotFoundError": "module",
    "ImportError": "name",
    "NameError": "name",
    "EOFError": "typing",  # input() where nobody types
    "RecursionError": "recursion",
    "FileNotFoundError": "file",
    "PermissionError": "file",
}
PRINTING = (ERROR, VALUE)  # the cures that ask for a print
POWERS = ("TypeError: unsupported operand type(s) for ^", "TypeError: ufunc 'bitwise_xor'")


def mistakes(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    if 0 < len(finding.outputs) < len(finding.names):
        yield Part("mistake", say("found.outputs", outputs=", ".join(finding.outputs)))
    if len(finding.outputs) > 1 and finding.apart:
        apart = dict(zip(finding.apart, finding.mistakes, strict=False))  # where one stands alone
        for output in finding.outputs:
            known = _named((apart[output],), finding, say) if output in apart else say("found.something-else")
            yield Part("mistake", say("found.of-output", output=output, mistake=known))
    elif finding.mistakes:
        yield Part("mistake", _named(finding.mistakes, finding, say))
    elif finding.reason == VALUE:
        yield Part("mistake", say("found.no-mistake"))
    for name in finding.mistakes:
        see = mistake(name, finding, "see", say)
        beside_another = len(finding.mistakes) > 1 or finding.inherited  # what it does is not all that is seen
        yield Part("see", say("found.by-itself", see=see) if beside_another else see)
    if finding.also:
        yield Part("also", say("found.also", name=_named(finding.also, finding, say)))
    if finding.reason == VALUE:
        yield from (Part("hand", line) for line in _by_hand(finding, say))


def _by_hand(finding: ExerciseFinding, say: Messages) -> tuple[str, ...]:
    """How to find the right value there, a line each: from the formulas, or as the slope between two losses, which is
    exact where they lie 1 apart, and nearly so where they lie closer."""
    if (moved := finding.moved) is None:
        return finding.steps
    at, step, low, high = moved["at"], moved["step"], moved["low"], moved["high"]
    entry = "" if moved["entry"] is None else f"[{place(moved['entry'], finding.shape_expected)}]"
    parameter = moved["parameter"] + entry
    key = "hand.slope" if step == 1.0 else "hand.slope-near"
    losses = {"low_loss": f"{low:.10g}", "high_loss": f"{high:.10g}", "slope": number((high - low) / (2 * step))}
    fields = {"low": number(at - step), "high": number(at + step), "step": number(step), **losses}
    return (say(key, parameter=parameter, **fields),)


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
    outputs = ", ".join(finding.names)
    return say(key, parameter=number(finding.parameter), start=start, changed=changed, outputs=outputs)


def _named(names: tuple[str, ...], finding: ExerciseFinding, say: Messages) -> str:
    words = [mistake(name, finding, "name", say) for name in names]
    text = say("found.two", first=words[0], second=words[1]) if len(words) == 2 else words[0]
    return f"{text} ({', '.join(names)})"


def _kind_of_cure(finding: ExerciseFinding) -> str:
    """Numbers that no function of ours was run for are redone in another way."""
    if not finding.names:
        of_value = "history-start" if finding.first_wrong_epoch == 0 else "history"
        return {VALUE: of_value, COUNT: "history-try"}.get(finding.reason or "", "try")
    if finding.reason == SHAPE:
        return shape_of_cure(finding)
    if finding.reason == VALUE and finding.tries == 1:
        example = finding.counterexample
        samples = example is None or any(isinstance(each, list) for each in example.inputs.values())
        return "paper" if samples else "paper-step"
    return "try"


def of_reference(name: str, words: Mapping[str, Any], field: str, say: Messages) -> str:
    """The `name` of a mistake, how to `see` it, or what to `try`.

    An author's words are told in the reader's language, else in the course's own, with a note.
    """
    if "kind" in words:
        edited = Messages("derivation", say.language)(f"edit.{words['kind']}.{field}", piece=words["piece"])
        return edited + _symbols(words, field, say)
    texts, own = words["texts"], words["own"]
    if field == "name":
        return str(texts.get(say.language, {}).get("title") or name.replace("-", " "))
    told = texts.get(say.language, {}).get(FIELDS[field])
    return str(told or texts[own][FIELDS[field]] + " " + Messages("derivation", say.language)(f"only-in.{own}"))


def _symbols(words: Mapping[str, Any], field: str, say: Messages) -> str:
    """What the symbols in the piece stand for, the first few."""
    known = words.get("symbols", {})
    listed = known.get(say.language) or known.get(words.get("own"), {})
    told = "; ".join(f"{name}: {text}" for name, text in list(listed.items())[:MOST_SYMBOLS])
    return f" ({told})" if told and field == "see" else ""


def cure_of(finding: ExerciseFinding) -> str:
    """The cure of one exercise that is not right."""
    return cure(finding.reason or "", finding.detail)


def shape_of_cure(finding: ExerciseFinding) -> str:
    """Which way the shape is wrong: a number `boxed` in an array of one, an `array` or a `table` in the place of what
    is asked for, which may be a `column` or a `row`, a `number` for many, and for `losses`, a matrix `transposed`."""
    given, expected = finding.shape_given, finding.shape_expected
    if given is None or expected is None or given == expected:
        return "try"
    if len(expected) > 1:
        return "transposed" if given == expected[::-1] else "try"
    if expected == ():
        ones = max(given) == 1 and not _has_single_samples(finding)
        return "boxed" if ones else "table" if len(given) == 2 and given[0] == given[1] else "array"
    if len(given) > 1:
        return {(*expected, 1): "column", (1, *expected): "row"}.get(given, "table")
    if given == ():
        return "losses" if finding.name.startswith("train") else "number"
    return "try"


def _has_single_samples(finding: ExerciseFinding) -> bool:
    """Is the example one of single samples, so that an array of one number may be an array of samples?"""
    inputs = finding.counterexample.inputs if finding.counterexample else {}
    return any(isinstance(value, list) and len(value) == 1 for value in inputs.values())


def cure(reason: str, detail: str) -> str:
    """The cure of a reason; of an error, that of its kind."""
    if reason != ERROR:
        return reason
    if detail.startswith(POWERS):
        return "power"
    return ERRORS.get(detail.partition(":")[0], reason)


def call(finding: ExerciseFinding) -> str | None:
    """The call that a student can make to see inside; None where no function was run, or its input is a long one."""
    inputs = finding.counterexample.inputs if finding.counterexample else {}
    if not finding.names or finding.tries == 1 or not inputs:
        return None
    if any(isinstance(value, list) and len(value) > MOST_ENTRIES for value in inputs.values()):
        return None
    written = (f"np.array({value})" if isinstance(value, list) else repr(value) for value in inputs.values())
    return f"{finding.name}({', '.join(written)})"


def module(detail: str) -> str:
    """The library that "No module named 'torch.nn'" is about."""
    return detail.partition("'")[2].partition("'")[0].partition(".")[0]
