"""At every setting of the page's controls every number and verdict on it is the kit's, at its printed digits."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from compare.lessons import load
from compare.reports.page import play
from manual import closed_form, regression
from manual.adam import Adam
from manual.sgd import SGD
from manual.statistics import measure
from manual.training import train
from tests.reports.conftest import IN_A_BROWSER, Visit

pytestmark = IN_A_BROWSER
# The lessons as the page chooses them: their rows, and where its sliders run.
SETS = [(*([float(v) for v in column] for column in (load(name).x, load(name).y)), window)
        for name, window in play.WINDOWS.items()]  # fmt: skip
LINKS = ("yp", "r", "squares", "loss", "d_squares", "d_r", "d_yp", "d_w", "d_b")  # forward, then back
END = -1  # of `steps`: all of them
BATCH = """
(all) => all.map(({ set, mistake, links, steps, sliders }) => {
  const put = (id, value, kind) => {
    const control = document.getElementById(id);
    control.value = value;
    control.dispatchEvent(new Event(kind));
  };
  const press = (id) => document.getElementById(id).click();
  put("play-data-choice", set, "change");
  put("play-mistake", mistake, "change");
  sliders.forEach(([name, value]) => put(`play-${name}`, value, "input"));
  if (steps < 0) press("play-run"); // at once, where no motion is wanted
  for (let i = 0; i < steps; i += 1) press("play-step");
  press(links < 9 ? "backprop-start" : "backprop-turn");
  for (let i = links < 9 ? 0 : 4; i < links; i += 1) press("backprop-next");
  const said = new Map();
  document.querySelectorAll("[data-out]").forEach((place) => {
    const text = place.dataset.value ?? place.textContent, name = place.dataset.out;
    said.set(name, said.has(name) && said.get(name) !== text ? "two of them" : text);
  });
  return [...said];
})
"""


class Setting(NamedTuple):
    """A choice of all controls: `steps` are made, `links` of the chain walked."""

    set: int
    mistake: str
    links: int
    steps: int
    sliders: dict[str, float]


def on_grid(low: float, high: float, step: float, *_: float) -> st.SearchStrategy[float]:
    return st.integers(0, round((high - low) / step)).map(lambda k: round(low + k * step, 6))


def choices(number: int) -> st.SearchStrategy[Setting]:
    window = SETS[number][2]
    ranges = {"epochs": play.EPOCHS, "momentum": play.MOMENTUM} | {
        name: getattr(window, name) for name in ("w", "b", "lr", "adam", "nudge")
    }
    return st.builds(
        Setting,
        set=st.just(number),
        mistake=st.sampled_from(("", *play.BROKEN)),
        links=st.integers(0, 9),
        steps=st.one_of(st.just(END), st.integers(0, 3)),
        sliders=st.fixed_dictionaries({name: on_grid(*where) for name, where in ranges.items()}),
    )


def at(set: int, steps: int = END, mistake: str = "", **sliders: float) -> Setting:
    usual = {"epochs": 200, "momentum": 0.9, "w": 1, "b": 1, "lr": 0.01, "adam": 0.5, "nudge": 1}
    return Setting(set, mistake, 9, steps, usual | sliders)


@pytest.fixture(scope="session")
def still(browser, file) -> Iterator[Visit]:
    visit = Visit(browser, file, locale="en-GB", reduced_motion="reduce")
    yield visit
    visit.context.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from((0, 1)).flatmap(choices), min_size=10, max_size=10))
@example([at(1, w=200, b=0), at(1, w=-50, b=-100, lr=0.4, momentum=0, epochs=500), at(1, epochs=0), at(0, lr=0.12)])
@example([at(1, w=350, b=200, lr=0.4, epochs=500, momentum=0.99), at(0, epochs=0, steps=1, mistake="wrong-sign")])
def test_at_every_setting_the_page_says_what_the_kit_says(still, chosen):
    """Ends, divergence and overflow, epochs 0, the least loss itself: 0, at w = 200 and b = 0 of the hours lesson."""
    asked = [{**one._asdict(), "sliders": list(one.sliders.items())} for one in chosen]
    for one, said in zip(chosen, still.tab.evaluate(BATCH, asked), strict=True):
        page, kit = dict(said), told(one)
        judged = {name for name in page if name.startswith(("finding-", "judged-", "python-"))}
        assert page.keys() - judged == kit.keys()
        assert {name: (page[name], text) for name, text in kit.items() if not alike(page[name], text)} == {}


def alike(shown: str, told: str) -> bool:
    """The same text, or the same number written another way: 1e-7 and 1e-07."""
    if shown == told:
        return True
    try:
        return float(shown) == float(told)
    except ValueError:
        return False


def number(value: Any, digits: int = 8) -> str:
    return f"{float(value):.{digits}g}" if np.isfinite(value) else "—"


# --- what the page must say, from the kit's own parts ---

Slope = Callable[[Any, Any, Any, Any], tuple[Any, Any, Any]]


def slope(mistake: str) -> Slope:
    """(dyp, dw, db) with a mistake: the parts of the chain by hand, of which one loses something."""

    def found(x: Any, y: Any, w: Any, b: Any) -> tuple[Any, Any, Any]:
        yp = regression.predict(x, w, b)
        dyp = regression.dmse_dyp(yp, y)
        if mistake:
            lost = {"missing-factor-two": dyp / 2, "wrong-sign": -dyp, "sum-not-mean": 2 * (yp - y), "missing-x": dyp}
            dyp = lost[mistake]
        dw = regression.dmse_db(dyp) if mistake == "missing-x" else regression.dmse_dw(x, dyp)
        return dyp, dw, regression.dmse_db(dyp)

    return found


def descent(x: Any, y: Any, start: tuple[Any, Any], epochs: int, of: Slope, update: Callable[..., Any]) -> list[Any]:
    """The states (w, b), until the loss leaves the finite numbers."""
    states, (w, b), mw, mb = [start], start, (), ()
    for epoch in range(epochs + 1):
        loss, (_, dw, db) = regression.mse(regression.predict(x, w, b), y), of(x, y, w, b)
        w, *mw = update(epoch, w, dw, *mw)
        b, *mb = update(epoch, b, db, *mb)
        states.append((w, b))
        if not np.isfinite(loss):
            break
    return states


def exact_loss(x: Any, y: Any, w: Fraction, b: Fraction) -> Fraction:
    return sum(((w * Fraction(p) + b - Fraction(q)) ** 2 for p, q in zip(x, y, strict=True)), Fraction(0)) / len(x)


def excess(x: Any, y: Any, w: Any, b: Any) -> str:
    """How far the loss is above the least, which the normal equations give."""
    if not np.isfinite([w, b]).all():
        return "—"
    xs, ys = [Fraction(v) for v in x], [Fraction(v) for v in y]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    best = sum((p - mx) * (q - my) for p, q in zip(xs, ys, strict=True)) / sum((p - mx) ** 2 for p in xs)
    above = exact_loss(x, y, Fraction(float(w)), Fraction(float(b))) - exact_loss(x, y, best, my - best * mx)
    return number(float(above), 3) if above < Fraction(2) ** 1024 else "—"


@np.errstate(all="ignore")
def told(one: Setting) -> dict[str, str]:
    xs, ys, _ = SETS[one.set]
    x, y = np.array(xs), np.array(ys)
    chosen, epochs = one.sliders, int(one.sliders["epochs"])
    w, b, lr, momentum = (np.float64(chosen[name]) for name in ("w", "b", "lr", "momentum"))
    t = epochs + 1 if one.steps == END else min(one.steps, epochs + 1)
    kit = {"t": str(t), "epochs": str(epochs)} | {f"set-{name}": number(value) for name, value in chosen.items()}
    plain, adam = SGD(lr=float(lr)), Adam(lr=chosen["adam"])
    runs = {"plain": train(x, y, w, b, plain, epochs),
            "with_momentum": train(x, y, w, b, SGD(lr=float(lr), momentum=float(momentum)), epochs)}  # fmt: skip
    states = {name: list(zip(run.w, run.b, strict=True)) for name, run in runs.items()}
    states["adam"] = descent(
        x, y, (w, b), epochs, slope(""), lambda t, p, dp, m=None, v=None: adam.step(p, dp, m, v, t)
    )
    for name, of in states.items():
        kit |= of_run(name, x, y, slope(""), of[min(t, len(of) - 1)], of[-1])
        if name != "adam":
            kit |= outcome(name, runs[name], xs, ys, float(lr), 0.0 if name == "plain" else float(momentum))
    kit |= {"adam-outcome": "adam", "adam-excess": excess(xs, ys, *states["adam"][-1])}
    now = states["plain"][min(t, len(states["plain"]) - 1)]
    kit |= broken(one, x, y, (w, b), now, plain) | secant(xs, ys, *now, chosen["nudge"])
    return kit | chain(one, x, y, now)


def of_run(name: str, x: Any, y: Any, of: Slope, now: tuple[Any, Any], last: tuple[Any, Any]) -> dict[str, str]:
    loss = {place: regression.mse(regression.predict(x, *state), y) for place, state in (("now", now), ("last", last))}
    _, dw, db = of(x, y, *now)
    values = {"w": now[0], "b": now[1], "loss": loss["now"], "dw": dw, "db": db}
    values |= {"last-w": last[0], "last-b": last[1], "last-loss": loss["last"]}
    return {f"{name}-{key}": number(value) for key, value in values.items()}


def outcome(name: str, run: Any, x: Any, y: Any, lr: float, momentum: float) -> dict[str, str]:
    curvatures = np.linalg.eigvalsh(closed_form.hessian(measure(x, y)))
    limit, risen = closed_form.largest_lr(curvatures, momentum), np.flatnonzero(run.loss > run.loss[0])
    diverged = run.diverged_at is not None
    worse = run.diverged_at if diverged else int(risen[0]) if risen.size else -1
    verdict = "converges" if lr < limit else "overflow" if diverged else "diverges" if risen.size else "diverges_later"
    rate = closed_form.contraction(curvatures, lr, momentum)
    found = {"outcome": verdict, "limit": number(limit, 3), "worse": str(worse), "rate": number(rate, 6)}
    found["excess"] = "—" if diverged else excess(x, y, run.w[-1], run.b[-1])
    return {f"{name}-{key}": text for key, text in found.items()}


def broken(one: Setting, x: Any, y: Any, start: tuple[Any, Any], now: tuple[Any, Any], sgd: SGD) -> dict[str, str]:
    """What becomes of the slope with the mistake, and of a run without momentum that follows it."""
    of = slope(one.mistake)
    states = descent(x, y, start, int(one.sliders["epochs"]), of, lambda _, p, dp, v=None: sgd.step(p, dp, v))
    found = of_run("broken", x, y, of, now, states[-1])
    names = ("dw", "db", "last-w", "last-b", "last-loss")
    return {f"broken-{name}": found[f"broken-{name}"] if one.mistake else "—" for name in names}


def secant(x: Any, y: Any, w: Any, b: Any, nudge: float) -> dict[str, str]:
    names = ("low", "high", "secant", "tangent", "nudge", "secant-verdict")
    if not np.isfinite([w, b]).all():
        return dict.fromkeys(names, "—")
    at, to, h = Fraction(float(w)), Fraction(float(b)), Fraction(nudge)
    low, high = (exact_loss(x, y, at + step, to) for step in (-h, h))
    tangent = 2 * sum((at * Fraction(p) + to - Fraction(q)) * Fraction(p) for p, q in zip(x, y, strict=True)) / len(x)
    assert (high - low) / (2 * h) == tangent
    values = (low, high, tangent, tangent)
    texts = [number(float(value)) if abs(value) < Fraction(2) ** 1024 else "—" for value in values]
    return dict(zip(names, [*texts, number(nudge), "equal"], strict=True))


def chain(one: Setting, x: Any, y: Any, now: tuple[Any, Any]) -> dict[str, str]:
    yp = regression.predict(x, *now)
    r, (dyp, dw, db) = yp - y, slope(one.mistake)(x, y, *now)
    share = np.full(len(x), 1.0 if one.mistake == "sum-not-mean" else 1 / len(x))
    parts = dyp if one.mistake == "missing-x" else dyp * x
    columns = {"yp": yp, "r": r, "squares": r * r, "d_squares": share}
    columns |= {"d_r": dyp, "d_yp": dyp, "d_w": parts, "d_b": dyp}
    values = {f"row-{i}-{name}": column[i] for name, column in columns.items() for i in range(len(x))}
    values |= {"total-loss": regression.mse(yp, y), "total-d_w": dw, "total-d_b": db}
    walked = LINKS[: one.links]
    return {name: number(value, 6) if name.split("-")[-1] in walked else "" for name, value in values.items()}
