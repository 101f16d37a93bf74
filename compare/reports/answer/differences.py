"""What went in, what came out and what was expected, in words, and how far off it is."""

from collections.abc import Iterator

from compare.exercises.findings import COUNT, NOT_FINITE, VALUE, Counterexample, ExerciseFinding, Shown
from compare.reports.answer import Part, WhereIs, in_brackets
from compare.reports.language import Messages
from compare.sandbox.calls import BAD_SOURCE, CRASHED, ERROR, STALLED, TIMED_OUT

MOST_ENTRIES = 12  # of a list that is shown


def why_wrong(finding: ExerciseFinding, say: Messages, where: WhereIs) -> Iterator[str]:
    if finding.reason == COUNT:
        yield _counts(finding, say)
    elif finding.reason not in (None, VALUE):
        shapes = {"given": _shape(finding.shape_given), "expected": _shape(finding.shape_expected)}
        outputs = finding.names
        several = f"reason.{finding.reason}.several"
        key = several if len(outputs) > 1 and several in say else what_key(finding.reason, finding.detail)
        known = {"detail": finding.detail, "place": in_brackets(finding.line, say, where), **shapes}
        yield say(key, count=len(outputs), outputs=", ".join(outputs), **known)


def what_key(reason: str | None, detail: str) -> str:
    if reason in (TIMED_OUT, STALLED):
        return f"reason.{reason}.{'limit' if detail else 'what'}"
    return f"reason.{reason}.{'what' if detail or reason not in (ERROR, BAD_SOURCE, CRASHED) else 'untold'}"


def numbers(finding: ExerciseFinding, say: Messages) -> Iterator[Part]:
    example = finding.counterexample
    if example is None:
        return
    if example.inputs:
        yield Part("input", ", ".join(f"{name} = {shown(value)}" for name, value in example.inputs.items()))
    given, expected = _outputs(finding.names, example, finding.tries == 1)
    silent = example.given is None and finding.reason not in (VALUE, NOT_FINITE)
    yield Part("given", say("value.none") if silent else given)
    yield Part("expected", expected)
    if finding.off is not None:
        yield Part("off", _off(finding, say))


def _counts(finding: ExerciseFinding, say: Messages) -> str:
    """How many losses came and how many are asked for; of a history, of which epochs, and whether they are right."""
    came, asked = ((shape or ("?",))[0] for shape in (finding.shape_given, finding.shape_expected))
    if finding.names or not isinstance(came, int) or not isinstance(asked, int):
        return say("reason.count.what", came=came, asked=asked)
    every, kind = finding.every, "history"
    if finding.counterexample is None:
        kind = "history-right" if came < asked else "history-more"
    which = say("reason.count.came" if came > 1 else "reason.count.came-one", came=came, **_span(finding, came))
    key = "reason.count.epochs" if every == 1 else "reason.count.epochs-every"
    recorded = _span(finding, asked)
    epochs = say(key, second=finding.since + every, third=finding.since + 2 * every, end=recorded["last"], **recorded)
    return say(f"reason.count.{kind}", which=which, asked=asked, epochs=epochs)


def _span(finding: ExerciseFinding, count: int) -> dict[str, int]:
    """The first and the last epoch of so many recorded losses."""
    return {"first": finding.since, "last": finding.since + (count - 1) * finding.every}


def _shape(shape: tuple[int, ...] | None) -> str:
    return "?" if shape is None else str(shape)


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


def place(entry: int, shape: tuple[int, ...] | None) -> str:
    """Where an entry stands: its number, or in a matrix those of its row and its column."""
    return f"{entry // shape[1]}, {entry % shape[1]}" if shape and len(shape) == 2 else str(entry)


def _off(finding: ExerciseFinding, say: Messages) -> str:
    where = finding.output or finding.name
    if finding.entry is not None:
        index = place(finding.entry, finding.shape_expected)
        where = say("found.epoch" if where == "losses" else "found.entry", output=where, index=index)
    fields = {"where": where, "off": number(finding.off), "allowance": f"{finding.allowance or 0:.2g}"}
    if not finding.truth or finding.off is None:
        return say("found.off", **fields)
    return say("found.off-relative", percent=percent(100 * finding.off / abs(finding.truth)), **fields)


def number(value: float | None) -> str:
    """`value` in six digits, or as many as it takes to tell it from a rounder one."""
    if value is None:
        return "nan/inf"
    return "0" if value == 0 else f"{value:.6g}"


def percent(value: float) -> str:
    """`value` to three digits, without an exponent where it is large."""
    return f"{float(f'{value:.3g}'):.15g}"


def shown(value: Shown, exact: bool = False) -> str:
    """A number or a list of them, in six digits or, `exact`, in all; a long list is cut in the middle."""
    if isinstance(value, list):
        entries = [shown(entry, exact) for entry in value]
        if len(entries) > MOST_ENTRIES:
            entries = [*entries[: MOST_ENTRIES // 2], "…", *entries[-MOST_ENTRIES // 2 :]]
        return f"[{', '.join(entries)}]"
    return repr(value) if exact and value is not None else number(value)


def told_apart(first: Shown, second: Shown) -> tuple[str, str]:
    """Both, in as many digits as show that they differ."""
    pair = shown(first), shown(second)
    return pair if pair[0] != pair[1] or first == second else (shown(first, exact=True), shown(second, exact=True))
