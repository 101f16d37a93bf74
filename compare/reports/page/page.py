"""The lesson as one self-contained HTML page, in every language, from finished comparisons."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from compare.agreement.records import AGREE, Comparison, tally
from compare.exercises.course import Course
from compare.exercises.findings import RIGHT, UNCHECKED, WRONG
from compare.reports.language import LANGUAGES
from compare.reports.page import python as kit
from compare.reports.page.editors import editors, legend
from compare.reports.page.evidence import Pair, Table, inline, look, shown, table
from compare.reports.page.play import BROKEN, broken_words
from compare.reports.templating import Words, environment, in_each
from compare.typed import ANSWERS, command, program
from compare.version import VERSION

# See it, derive it, do it; then the evidence, and what lies beyond.
SECTIONS = ("play", "backprop", "derivation", "exercises", "result", "numbers", "code", "figures", "hidden", "beyond")
TROUBLES = (
    "caret", "division", "empty", "exponent", "function", "large", "long", "name", "number", "sign", "unexpected",
    "unfinished",
)  # fmt: skip
_PREDICTS = ("return (w * x if x.ndim == 1 else x @ w) + b",) * 2
_AVERAGES = ("return (r * r).sum() / len(y)", "return (r**2).mean()")
_DIFFERENTIATES = ("return (1 / len(y)) * (2 * r)", "(dyp,) = torch.autograd.grad(mse(yp, y), yp)")
# Each link of the chain, forward and back: the lines of manual/ and torch_impl/regression.py that compute it.
LINKS: Mapping[str, tuple[str, ...]] = {
    "start": (),
    "yp": _PREDICTS,
    "r": ("r = yp - y",) * 2,
    "squares": _AVERAGES,
    "loss": _AVERAGES,
    "d_squares": _DIFFERENTIATES,
    "d_r": _DIFFERENTIATES,
    "d_yp": _DIFFERENTIATES,
    "d_w": (
        "return (dyp * x.T).sum(axis=-1)",
        "(dw,) = torch.autograd.grad(predict(x, w, torch.zeros_like(dyp[0])), w, dyp)",
    ),
    "d_b": (
        "return dyp.sum()",
        "(db,) = torch.autograd.grad(predict(torch.zeros_like(dyp), torch.zeros_like(dyp[0]), b), b, dyp)",
    ),
}


class Material(NamedTuple):
    """Everything the page shows. `figures` by name, as `<svg>`; `play` the data sets to play with.

    `said` gives for a text that stands in a figure what it is in every language; `named` is the course as it was asked
    for, "" for the bundled one.
    """

    comparisons: Sequence[Comparison]
    figures: Mapping[str, str]
    said: Mapping[str, Mapping[str, str]]
    code: Sequence[Pair]
    play: Sequence[Mapping[str, Any]]
    course: Course
    named: str
    python: kit.Python


class Worked(NamedTuple):
    """One pass of the chain rule on paper: a row of exact decimals for each row of the data, and the sums below."""

    rows: list[list[str]]
    sums: list[str]
    loss: Fraction
    dw: Fraction
    db: Fraction


def render(material: Material) -> str:
    """The page as text. Everything that comes from data is escaped."""
    tables = {comparison.name: table(comparison) for comparison in material.comparisons}
    asked = editors(material.course)
    words = Words("page", "bits", "lessons")  # of the terminal's, the verdicts
    return (
        environment(look=look, in_each=in_each, shown=shown)
        .get_template("page/page.html")
        .render(
            words=words,
            sections=SECTIONS,
            version=VERSION,
            tables=list(tables.values()),
            differing=sum(comparison.verdict != AGREE for comparison in material.comparisons),
            code=material.code,
            figures={name: inline(svg, name, material.said) for name, svg in material.figures.items()},
            play=material.play,
            said=_in_script(words),
            broken=BROKEN,
            breaks=broken_words(),
            links=LINKS,
            editors=asked,
            legend=legend(material.course),
            formulas=any(one["fields"] for one in asked),
            course=material.named,
            judging=_judging(words),
            python=material.python,
            pyodide=kit.VERSION,
            stages={stage: _each(words, f"python.{stage}", file="{file}", why="{why}") for stage in kit.STAGES},
            each=lambda key: _each(words, key),
            record=_record(tables.get("hours-ability-recorded")),
            worked=_worked(tables.get("height-weight")),
            answers=_answers(tables),
            at_home=_at_home(material.named),
        )
    )


def _record(found: Table | None) -> dict[str, int] | None:
    """How many of the notebook's printed losses the side by hand reproduces to every digit."""
    if found is None:
        return None
    losses = tally(found.comparison.trajectory)
    return {"matched": losses.matched["manual"], "recorded": losses.recorded}


def _in_script(words: Words) -> dict[str, dict[str, str]]:
    """The texts of the charts, which the script writes itself."""
    own = {name: f"play.{name}" for name in ("loss", "point", "start", "rate")}
    texts = {"epoch": "column.epoch", "momentum": "play.momentum_axis", **own}
    return {name: _each(words, key, number="{number}") for name, key in texts.items()}


def _judging(words: Words) -> dict[str, dict[str, str]]:
    """The sentences of the editors, their fields left open."""
    keys = ("shown", "example", *(f"trouble_{trouble}" for trouble in TROUBLES))
    open_fields = {name: f"{{{name}}}" for name in ("count", "inputs", "given", "expected", "at", "names")}
    told = Words("check")  # what a verdict is called is the judge's word
    verdicts = {verdict: _each(told, f"verdict.{verdict}") for verdict in (RIGHT, WRONG, UNCHECKED)}
    return verdicts | {key: _each(words, f"exercises.{key}", **open_fields) for key in keys}


def _at_home(course: str) -> list[str]:
    """What to type to write a file of answers, and to check it."""
    if not course:
        return [command("new", ANSWERS), command("check", ANSWERS)]
    return [f"{program()} {name} {ANSWERS} --course {course}" for name in ("new", "check")]


def _each(words: Words, key: str, **fields: object) -> dict[str, str]:
    return {language: words.plain(language, key, **fields) for language in LANGUAGES}


def _exact(found: Table, quantity: str) -> Any:
    return next(row.exact for row in found.comparison.rows if row.quantity == quantity)


def _worked(found: Table | None) -> Worked | None:
    """The height/weight lesson's first step, row by row: y is yp − r, and ∂loss/∂yp is 2r/n."""
    if found is None:
        return None
    yp, r, n = _exact(found, "yp"), _exact(found, "r"), len(found.comparison.y)
    x = [Fraction(value).limit_denominator(10**6) for value in found.comparison.x if not isinstance(value, list)]
    slopes = [2 * ri / n for ri in r]
    columns = (x, [p - ri for p, ri in zip(yp, r, strict=True)], yp, r, [ri * ri for ri in r], slopes,
               [slope * xi for slope, xi in zip(slopes, x, strict=True)])  # fmt: skip
    rows = [[_decimal(value) for value in row] for row in zip(*columns, strict=True)]
    sums = [_decimal(sum(column)) for column in columns[4:]]
    return Worked(rows, sums, *(_exact(found, name) for name in ("loss", "dw", "db")))


def _decimal(value: Fraction) -> str:
    return f"{float(value):.6g}".replace("-", "−")


def _answers(tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """The facts that answer the notebook's two exercises, where their lessons were run; else none."""
    plain, momentum = tables.get("hours-ability"), tables.get("hours-ability-momentum")
    trained = tables.get("height-weight-training")
    return {
        "one": {"plain": _last_loss(plain), "momentum": _last_loss(momentum)} if plain and momentum else {},
        "two": {"w": _final(trained, "w"), "b": _final(trained, "b"), "loss": _last_loss(trained)} if trained else {},
    }


def _last_loss(found: Table) -> str:
    return shown(found.comparison.curves["manual"]["loss"][-1], 8)


def _final(found: Table, parameter: str) -> str:
    return next(line.cells["manual"] for line in found.rows if line.name == f"{parameter}_final")
