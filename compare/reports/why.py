"""Why a lesson runs as it does, in words: what the closed form predicts, beside what the run really did."""

from collections.abc import Iterator

from compare.agreement.why import Choice, Why
from compare.reports.finding import COLUMNS, WIDEST, wrapped
from compare.reports.language import Messages


def text(found: Why, language: str, columns: int = COLUMNS) -> str:
    """The text of `--why` for one lesson, in lines of at most `columns`, Hangul counted as two."""
    return "\n".join(row for line in lines(found, language) for row in wrapped(line, min(columns, WIDEST)))


def lines(found: Why, language: str) -> list[str]:
    """A sentence or two an entry, not yet wrapped."""
    words = Messages("why", language)
    return [words("title", title=found.title[language]), *_lines(found, words)]


def _lines(found: Why, words: Messages) -> Iterator[str]:
    if found.uncovered:
        yield words("uncovered", option=found.uncovered)
    elif found.own is None or found.best is None:
        yield words("flat")
    else:
        yield from _shape(found, found.own, words)
        if not found.diverges:
            yield words("long_run", **_said(found.own, found))
        yield from _seen(found, words)
        yield from _better(found, found.best, words)


def _shape(found: Why, own: Choice, words: Messages) -> Iterator[str]:
    smallest, largest = _number(found.curvatures[0]), _number(found.curvatures[-1])
    yield words("curvature" if len(found.curvatures) == 1 else "curvatures", smallest=smallest, largest=largest)
    numbers = {"lr": _number(own.lr), "limit": _number(found.limit)}
    rule = f"2 (1 + {_number(own.momentum)})/{largest}" if own.momentum else f"2/{largest}"
    yield words("diverges", **numbers) if found.diverges else words("limit", rule=rule, **numbers)


def _seen(found: Why, words: Messages) -> Iterator[str]:
    window = found.window
    if window:
        numbers = {name: _number(getattr(window, name)) for name in ("start", "end", "minimum")}
        shares = {"predicted": _percent(window.predicted), "seen": _percent(window.seen)}
        yield words("window", **numbers, **shares)


def _better(found: Why, best: Choice, words: Messages) -> Iterator[str]:
    if len(found.curvatures) == 1:
        yield words("best_alone", lr=_number(best.lr), largest=_number(found.curvatures[0]))
        return
    if found.same_lr:
        yield words("best_momentum", **_said(found.same_lr, found))
    yield words("best", **_said(best, found))


def _said(choice: Choice, found: Why) -> dict[str, object]:
    numbers = {"lr": _number(choice.lr), "momentum": _number(choice.momentum)}
    return {**numbers, "every": found.every, "percent": _percent(choice.factor)}


def _percent(factor: float) -> str:
    return _number(100 * factor)


def _number(value: float) -> str:
    """Four digits, without an exponent where that is shorter to read."""
    return f"{value:.4g}"
