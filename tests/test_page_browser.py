"""The pages in a real browser: quiet, offline, readable, and with the numbers that Python has."""

import argparse
import shutil
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from test_finding_page import shown

from compare.commands import page as command
from compare.lessons import load
from manual import closed_form, regression
from manual.sgd import SGD
from manual.statistics import measure
from manual.training import train

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install it (Debian: apt install chromium)"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
HOURS = load("hours-ability")
X, Y = [float(x) for x in HOURS.x], [float(y) for y in HOURS.y]


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)


@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    command.run(argparse.Namespace(out=folder))
    return folder / "index.html"


class Visit:
    """A page open in a fresh profile, with all that it said and asked for."""

    def __init__(self, browser, file: Path, **settings) -> None:
        self.context = browser.new_context(**settings)
        self.tab = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(file.as_uri())

    def set(self, **sliders: float) -> None:
        for name, value in sliders.items():
            self.tab.locator(f"#play-{name}").evaluate(
                "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value
            )

    def outputs(self) -> dict[str, str]:
        cells = self.tab.locator("[data-out]")
        return dict(cells.evaluate_all("(cells) => cells.map((cell) => [cell.dataset.out, cell.textContent])"))

    def charts(self) -> list[str]:
        return [self.tab.locator(f"#play-{name}").inner_html() for name in ("line", "surface", "losses")]


@pytest.fixture(scope="session")
def english(browser, file):
    visit = Visit(browser, file, locale="en-GB", color_scheme="light")
    yield visit
    visit.context.close()


@pytest.fixture
def hours(english):
    english.tab.select_option("#play-data-choice", "1")
    return english


def test_the_page_opens_from_disk_without_an_error_and_without_a_request(browser, file):
    visit = Visit(browser, file)
    visit.tab.locator("#play-step").click()
    assert visit.said == []
    assert visit.asked == [file.as_uri()]


@pytest.mark.parametrize(
    ("slider", "value", "changes", "keeps"),
    [
        ("w", 100, ("plain-w", "plain-loss", "plain-dw", "plain-db", "with_momentum-loss"), ("plain-b",)),
        ("b", 50, ("plain-b", "plain-loss", "plain-dw", "plain-db", "with_momentum-loss"), ("plain-w",)),
        ("lr", 0.1, ("plain-last-w", "plain-last-loss", "with_momentum-last-b"), ("plain-loss", "plain-dw")),
        ("momentum", 0.5, ("with_momentum-last-w", "with_momentum-last-loss"), ("plain-last-w", "plain-loss")),
        ("epochs", 20, ("plain-last-w", "with_momentum-last-loss", "epochs"), ("plain-loss", "plain-dw")),
    ],
)
def test_every_slider_changes_what_it_should_and_nothing_else(hours, slider, value, changes, keeps):
    before, charts = hours.outputs(), hours.charts()
    hours.set(**{slider: value})
    after = hours.outputs()
    assert all(after[name] != before[name] for name in changes)
    assert all(after[name] == before[name] for name in keeps)
    assert hours.charts() != charts


def same(shown: str, value: float) -> bool:
    return float(shown) == float(f"{value:.8g}")


@pytest.mark.parametrize(
    ("w", "b", "lr", "momentum", "epochs"),
    [(0, 0, 0.01, 0.9, 200), (37, -20, 0.05, 0.5, 30), (200, 0, 0.001, 0.99, 500), (-50, 200, 0.18, 0.1, 75)],
)
def test_the_numbers_are_those_of_the_side_by_hand(hours, w, b, lr, momentum, epochs):
    hours.set(w=w, b=b, lr=lr, momentum=momentum, epochs=epochs)
    shown = hours.outputs()
    dw, db = regression.gradients(X, Y, w, b)
    assert same(shown["plain-dw"], dw)
    assert same(shown["plain-db"], db)
    for name, sgd in (("plain", SGD(lr=lr)), ("with_momentum", SGD(lr=lr, momentum=momentum))):
        run = train(X, Y, w, b, sgd, epochs)
        assert same(shown[f"{name}-loss"], run.loss[0])
        assert same(shown[f"{name}-last-loss"], run.loss[-1])
        assert same(shown[f"{name}-last-w"], run.w[-1])
        assert same(shown[f"{name}-last-b"], run.b[-1])


def test_stepping_follows_the_run_by_hand(hours):
    for _ in range(3):
        hours.tab.locator("#play-step").click()
    run, shown = train(X, Y, 0, 0, SGD(lr=0.01, momentum=0.9), 3), hours.outputs()
    assert shown["t"] == "3"
    assert same(shown["with_momentum-w"], run.w[3])
    assert same(shown["with_momentum-loss"], run.loss[3])


def test_a_learning_rate_above_the_limit_is_said_to_diverge_and_where(hours):
    hours.set(lr=0.4, epochs=500, momentum=0)
    run = train(X, Y, 0, 0, SGD(lr=0.4), 500)
    assert f"at epoch {run.diverged_at} the numbers overflow" in hours.outputs()["plain-outcome"]
    hours.set(lr=0.1)
    limit = closed_form.largest_lr(np.linalg.eigvalsh(closed_form.hessian(measure(X, Y))))
    assert f"converges, as lr is below {limit:.3g}" in hours.outputs()["plain-outcome"]


def test_playing_moves_on_by_itself_until_it_is_paused(hours):
    hours.tab.locator("#play-run").click()
    expect(hours.tab.locator("[data-out=t]").first).not_to_have_text("0")
    hours.tab.locator("#play-run").click()
    stopped = hours.outputs()["t"]
    hours.tab.wait_for_timeout(200)
    assert hours.outputs()["t"] == stopped


def test_a_slider_moves_by_keyboard(hours):
    hours.tab.locator("#play-w").focus()
    hours.tab.keyboard.press("ArrowRight")
    assert hours.outputs()["plain-w"] == "1"


@pytest.mark.parametrize(("locale", "heading"), [("ko-KR", "유도"), ("fr-FR", "The derivation")])
def test_the_browser_chooses_the_language(browser, file, locale, heading):
    visit = Visit(browser, file, locale=locale)
    assert visit.tab.locator("#derivation-heading").inner_text() == heading
    visit.context.close()


def test_language_and_colours_switch_on_the_page(browser, file):
    visit = Visit(browser, file, locale="en-GB", color_scheme="light")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = visit.tab.evaluate(colour)
    visit.tab.get_by_role("button", name="한국어").click()
    visit.tab.get_by_role("button", name="어둡게").click()
    assert visit.tab.locator("#hidden-heading").inner_text() == "노트북의 숨은 상태"
    assert visit.tab.title() == "경사를 손으로, 직접 만든 엔진으로, torch로"
    expect(visit.tab.locator("#play-data-choice option").first).to_have_text("키와 몸무게")
    assert visit.tab.evaluate(colour) != light
    visit.context.close()


def violations(tab) -> list[str]:
    found = Axe().run(tab, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']][:3]}" for rule in found]


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ko", "dark")])
def test_axe_finds_no_violation(browser, file, language, theme):
    visit = Visit(browser, file, locale=language, color_scheme=theme)
    assert violations(visit.tab) == []
    visit.context.close()


CUT_OFF = """
(() => {
  const scrolls = (e) => e && (["auto", "scroll"].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getClientRects().length && !e.closest(".hidden-text, .skip") && !scrolls(e))
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5)
    .map((e) => e.outerHTML.slice(0, 80));
})()
"""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_at_360_pixels_nothing_is_cut_off(browser, file, language):
    visit = Visit(browser, file, locale=language, viewport={"width": 360, "height": 740})
    visit.tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert visit.tab.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.tab.evaluate(CUT_OFF) == []
    visit.context.close()


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("ko", "light")])
def test_a_finding_as_a_page_is_quiet_accessible_and_fits_a_phone(browser, tmp_path, language, theme):
    file = tmp_path / "finding.html"
    file.write_text(shown(heading="<script>alert(1)</script>", language=language), encoding="utf-8")
    visit = Visit(browser, file, color_scheme=theme, viewport={"width": 360, "height": 740})
    assert visit.tab.locator("h1").inner_text() == "<script>alert(1)</script>"
    assert (visit.said, visit.asked) == ([], [file.as_uri()])
    assert visit.tab.evaluate(CUT_OFF) == violations(visit.tab) == []
    visit.context.close()


def test_on_paper_the_page_is_light_fits_and_leaves_out_what_cannot_be_pressed(browser, file):
    visit = Visit(browser, file, color_scheme="dark", viewport={"width": 718, "height": 1000})  # A4 within its margins
    visit.tab.emulate_media(media="print")
    visit.tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert visit.tab.evaluate("document.documentElement.scrollWidth") <= 718
    assert not visit.tab.locator(".controls").is_visible()
    assert visit.tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"
    visit.context.close()
