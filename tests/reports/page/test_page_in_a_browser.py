"""The pages in a real browser: quiet, offline, readable, and with the numbers that Python has."""

import gzip
import json
import os
import re
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from compare.__main__ import main
from compare.exercises.table import hypotheses, programs
from compare.lessons import load
from compare.reports.answer import finding
from compare.reports.language import Messages
from compare.reports.page import play
from compare.reports.page import python as kit
from manual import regression
from manual.sgd import SGD
from manual.training import train
from tests.reports.answer.test_page import FINDING, shown, where
from tests.reports.conftest import IN_A_BROWSER, Visit

pytestmark = IN_A_BROWSER
HOURS = load("hours-ability")
RIGHT = Path(__file__).parents[2] / "right_answers.py"
X, Y = [float(x) for x in HOURS.x], [float(y) for y in HOURS.y]


@pytest.fixture(scope="session")
def english(browser, file):
    visit = Visit(browser, file, locale="en-GB", color_scheme="light")
    yield visit
    visit.context.close()


@pytest.fixture
def hours(english):
    english.tab.select_option("#play-data-choice", "1")
    english.tab.locator("#play-reset").click()
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
        ("nudge", 7, ("low", "high", "nudge"), ("secant", "tangent", "plain-loss")),
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


def test_stepping_follows_the_run_by_hand_and_steps_back(hours):
    for button in ("step", "step", "step", "step", "undo"):
        hours.tab.locator(f"#play-{button}").click()
    run, shown = train(X, Y, 0, 0, SGD(lr=0.01, momentum=0.9), 3), hours.outputs()
    assert shown["t"] == "3"
    assert same(shown["with_momentum-w"], run.w[3])
    assert same(shown["with_momentum-loss"], run.loss[3])


def test_a_learning_rate_that_changes_in_mid_run_holds_from_there_on(hours):
    hours.tab.locator("#play-step").click()
    hours.tab.locator("#play-step").click()
    hours.set(lr=0.05)
    first = train(X, Y, 0, 0, SGD(lr=0.01), 1)
    rest = train(X, Y, first.w[-1], first.b[-1], SGD(lr=0.05), 198)
    shown = hours.outputs()
    assert shown["t"] == "2"
    assert same(shown["plain-w"], first.w[-1])
    assert same(shown["plain-last-w"], rest.w[-1])
    assert same(shown["plain-last-b"], rest.b[-1])


def test_after_all_epochs_both_tables_show_one_state_and_its_own_loss(hours):
    hours.set(epochs=7)
    for _ in range(8):
        hours.tab.locator("#play-step").click()
    shown = hours.outputs()
    assert [shown[f"plain-{key}"] for key in ("w", "b", "loss")] == [
        shown[f"plain-last-{key}"] for key in ("w", "b", "loss")
    ]


def ticks(visit) -> list[str]:
    return visit.tab.locator("#play-losses .tick").all_text_contents()


def test_no_two_ticks_of_the_losses_read_alike(hours):
    hours.set(epochs=3)
    assert {"50k", "100k", "200k"} <= set(ticks(hours))
    assert len(ticks(hours)) == len(set(ticks(hours)))


def test_epochs_0_draws_the_one_loss_as_a_dot(hours):
    hours.set(epochs=0)
    assert hours.tab.locator("#play-losses circle.dot").count() == 3


def test_a_start_in_the_corner_and_a_path_that_diverges_stay_readable(hours):
    hours.set(w=-50, b=-100, lr=0.4, momentum=0)
    spot = hours.tab.locator("#play-surface .spot.plain").evaluate(
        "(spot) => [Number(spot.getAttribute('cx')), Number(spot.getAttribute('cy'))]"
    )
    assert 46 + 6 <= spot[0] <= 352 - 6
    assert 16 + 6 <= spot[1] <= 244 - 6
    points = hours.tab.locator("#play-surface .path.faint.plain").get_attribute("points")
    assert len(points.split()) <= 3


def centre(visit, name: str, nth: int = 0) -> tuple[float, float]:
    box = visit.tab.locator(name).nth(nth).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_dragged_point_moves_the_bowl_and_every_number_is_that_of_the_new_data(hours):
    hours.tab.locator("#play-line").scroll_into_view_if_needed()
    bowl, (x, y) = hours.tab.locator("#play-surface").inner_html(), centre(hours, "#play-line .handle")
    hours.tab.mouse.move(x, y)
    hours.tab.mouse.down()
    hours.tab.mouse.move(x + 40, y - 60, steps=4)
    hours.tab.mouse.up()
    moved = hours.tab.locator("#play-line .handle").first.get_attribute("aria-valuetext")
    x, y = (float(value) for value in moved.split(", "))
    assert (x, y) != (1, 200)
    assert hours.tab.locator("#play-surface").inner_html() != bowl
    dw, db = regression.gradients([x, 2, 3], [y, 400, 600], 0, 0)
    assert same(hours.outputs()["plain-dw"], dw)
    assert same(hours.outputs()["plain-db"], db)


def test_the_start_is_dragged_on_the_surface(hours):
    hours.tab.locator("#play-surface").scroll_into_view_if_needed()
    x, y = centre(hours, "#play-surface .handle")
    hours.tab.mouse.move(x, y)
    hours.tab.mouse.down()
    hours.tab.mouse.move(x + 50, y - 30, steps=3)
    hours.tab.mouse.up()
    shown = hours.outputs()
    assert float(shown["plain-w"]) > 20
    assert float(shown["plain-b"]) > 10


def test_a_press_on_the_map_runs_with_that_learning_rate_and_momentum(hours):
    hours.tab.locator("#play-map").scroll_into_view_if_needed()
    box = hours.tab.locator("#play-map").bounding_box()
    hours.tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lr, momentum = (float(hours.tab.locator(f"#play-{name}").input_value()) for name in ("lr", "momentum"))
    assert 0.15 < lr < 0.25
    assert 0.4 < momentum < 0.6
    shown, run = hours.outputs(), train(X, Y, 0, 0, SGD(lr=lr, momentum=momentum), 200)
    assert same(shown["with_momentum-last-w"], run.w[-1])
    hours.tab.locator("#play-map .handle").focus()
    hours.tab.keyboard.press("ArrowRight")
    assert float(hours.tab.locator("#play-lr").input_value()) == pytest.approx(lr + 0.001)


def test_points_are_moved_added_and_removed_by_keyboard_alone(hours):
    handle = hours.tab.locator("#play-line .handle").first
    handle.focus()
    hours.tab.keyboard.press("ArrowUp")
    hours.tab.keyboard.press("Shift+ArrowRight")
    focused = "document.activeElement.getAttribute('aria-valuetext')"
    assert hours.tab.evaluate(focused) == "2, 205"
    hours.tab.locator("#play-add").focus()
    hours.tab.keyboard.press("Enter")
    assert hours.tab.locator("#play-line .handle").count() == 4
    hours.tab.locator("#play-line .handle").last.focus()
    hours.tab.keyboard.press("Delete")
    assert hours.tab.locator("#play-line .handle").count() == 3


def touch(visit, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a finger from one place of the screen to another."""
    session = visit.context.new_cdp_session(visit.tab)
    path = [tuple(a + (z - a) * i / 4 for a, z in zip(start, end, strict=True)) for i in range(5)]
    kinds = ["touchStart", *["touchMove"] * 4]
    for kind, (x, y) in zip(kinds, path, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(("width", "by"), [(360, "touch"), (1280, "touch"), (360, "keyboard"), (1280, "keyboard")])
def test_a_learner_moves_a_point_walks_the_chain_breaks_it_and_is_told_of_a_wrong_derivative(browser, file, width, by):
    visit = Visit(browser, file, locale="en-GB", viewport={"width": width, "height": 740}, has_touch=by == "touch")
    tab = visit.tab

    def press(name: str) -> None:
        button = tab.get_by_role("button", name=name, exact=True)
        if by == "touch":
            return button.tap()
        button.focus()
        return tab.keyboard.press("Enter")

    bowl, before = tab.locator("#play-surface").inner_html(), visit.outputs()
    point = tab.locator("#play-line .handle").nth(2)
    point.scroll_into_view_if_needed()
    if by == "touch":
        x, y = centre(visit, "#play-line .handle", 2)
        touch(visit, (x, y), (x + 20, y - 40))
    else:
        point.focus()
        for _ in range(10):
            tab.keyboard.press("ArrowUp")
    assert tab.locator("#play-surface").inner_html() != bowl
    assert visit.outputs()["plain-loss"] != before["plain-loss"]
    press("One step")
    assert visit.outputs()["t"] == "1"

    press("From the start")
    for _ in range(9):
        press("Next link")
    assert visit.outputs()["total-d_w"] == f"{float(visit.outputs()['plain-dw']):.6g}"
    tab.select_option("#play-mistake", "missing-factor-two")
    assert float(visit.outputs()["broken-dw"]) == pytest.approx(float(visit.outputs()["plain-dw"]) / 2, rel=1e-6)
    assert tab.locator("#backprop-part td.broken").count() > 0

    field = tab.locator("#typed-gradients-db")
    field.tap() if by == "touch" else field.focus()
    tab.keyboard.type("mean(r)")
    finding = tab.locator("#finding-gradients-db")
    assert "the factor 2 is missing" in finding.inner_text()
    assert (width, by) != (360, "touch") or violations(tab) == []
    assert visit.said == []
    visit.context.close()


@pytest.mark.parametrize("name", play.BROKEN)
def test_what_is_broken_goes_the_judges_wrong_way(hours, name):
    hours.set(w=37, b=-20)
    hours.tab.select_option("#play-mistake", name)
    (hypothesis,) = (one for one in hypotheses.of_one("gradients") if one.names == (name,))
    trial = {"x": X, "y": Y, "w": 37.0, "b": -20.0}
    dw, db = programs.results("gradients", hypothesis.program, trial)
    shown = hours.outputs()
    hours.tab.select_option("#play-mistake", "")
    assert same(shown["broken-dw"], dw)
    assert same(shown["broken-db"], db)
    assert (shown["broken-last-w"], shown["broken-last-b"]) != (shown["plain-last-w"], shown["plain-last-b"])


def test_backprop_walks_every_link_forward_and_back(hours):
    part = hours.tab.locator("#backprop-part")
    part.locator("#backprop-start").click()
    assert hours.outputs()["row-0-yp"] == ""
    for _ in range(9):
        part.locator("#backprop-next").click()
        assert part.locator("[data-said]:visible").count() == 1
    shown = hours.outputs()
    assert (shown["total-d_w"], shown["total-d_b"]) == ("-1866.67", "-800")
    assert [shown[f"row-2-{name}"] for name in ("r", "squares", "d_squares", "d_r", "d_w")] == [
        "-600", "360000", "0.333333", "-400", "-1200",
    ]  # fmt: skip
    assert not part.locator("#backprop-next").is_enabled()


@pytest.mark.parametrize(
    ("field", "typed", "verdict"),
    [
        ("predict-yp", "w*x + b", "right"),
        ("predict-yp", "x·w + b + 0*w**2", "right"),
        ("mse-loss", "mean((yp - y)**2)", "right"),
        ("mse-loss", "sum(r*r)/n", "right"),
        ("mse-loss", "mean(r²)/2", "wrong missing-factor-two"),
        ("mse-loss", "(yp - y)**2", "wrong not-summed"),
        ("dmse_dyp-dyp", "2*(yp - y)/n", "right"),
        ("dmse_dyp-dyp", "(yp - y)/n", "wrong missing-factor-two"),
        ("dmse_dyp-dyp", "2*mean(yp - y)", "wrong"),
        ("gradients-dw", "2/n*sum((w*x + b - y)*x)", "right"),
        ("gradients-dw", "2*mean(r)", "wrong missing-x"),
        ("gradients-dw", "2*mean(r)*mean(x)", "wrong product-of-means"),
        ("gradients-db", "2*mean(y - yp)", "wrong wrong-sign"),
        ("gradients-db", "2.0000001*mean(r)", "wrong"),
        ("sgd_step-w", "w + lr*dw", "wrong uphill"),
        ("momentum_step-v", "momentum*v + dp", "right"),
        ("mse-loss", "np.mean(r**2)", "unchecked"),
        ("mse-loss", "mean(r^2)", "unchecked"),
        ("mse-loss", "mean(q)", "unchecked"),
        ("mse-loss", "mean(r**2", "unchecked"),
        ("mse-loss", "1/(n - n)", "unchecked"),
        ("mse-loss", "((9**99)**99)**99", "unchecked"),
        ("mse-loss", "(" * 200, "unchecked"),
        ("mse-loss", "constructor", "unchecked"),
        ("mse-loss", "alert(1)", "unchecked"),
        ("mse-loss", "mean(r)**(1/2)", "unchecked"),
    ],
)
def test_a_typed_formula_is_judged_exactly_and_its_mistake_named(english, field, typed, verdict):
    english.tab.locator(f"#typed-{field}").fill(typed)
    finding = english.tab.locator(f"#finding-{field}")
    assert finding.get_attribute("data-value") == verdict
    assert verdict != "wrong" or "and should give" in finding.inner_text()
    english.tab.locator(f"#typed-{field}").fill("")


def test_what_was_typed_survives_a_reload_and_leaves_as_answers_that_the_judge_reads(browser, file, tmp_path):
    visit = Visit(browser, file, locale="en-GB", accept_downloads=True)
    right = {
        "predict-yp": "w*x + b", "mse-loss": "mean(r**2)", "dmse_dyp-dyp": "2*r/n", "gradients-dw": "2*mean(r*x)",
        "gradients-db": "2*mean(r)", "sgd_step-w": "w - lr*dw", "sgd_step-b": "b - lr*db",
        "momentum_step-p": "p - lr*(momentum*v + dp)", "momentum_step-v": "momentum*v + dp",
    }  # fmt: skip
    for field, typed in right.items():
        visit.tab.locator(f"#typed-{field}").fill(typed)
    visit.tab.reload()
    assert visit.tab.locator("#typed-mse-loss").input_value() == "mean(r**2)"
    with visit.tab.expect_download() as download:
        visit.tab.locator("#editors-download").click()
    download.value.save_as(tmp_path / "answers.py")
    names: dict[str, object] = {}
    exec((tmp_path / "answers.py").read_text(encoding="utf-8"), names)
    x, y = np.array(X), np.array(Y)
    assert names["gradients"](x, y, 37.0, -20.0) == pytest.approx(regression.gradients(x, y, 37.0, -20.0))
    assert names["momentum_step"](1.0, 2.0, 10.0, 0.1, 0.5) == pytest.approx((-0.1, 11.0))
    assert visit.said == []
    visit.context.close()


def test_where_the_browser_keeps_nothing_all_else_works(browser, file):
    visit = Visit(browser, file, locale="en-GB")
    visit.context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error(); } });")
    visit.tab.reload()
    visit.tab.locator("#typed-mse-loss").fill("mean(r**2)")
    visit.tab.locator("#code-train").fill("def train(x, y, w, b, lr, epochs):")
    visit.tab.locator("#code-train").press("End")
    visit.tab.keyboard.press("Enter")
    assert visit.tab.locator("#finding-mse-loss").get_attribute("data-value") == "right"
    assert visit.tab.locator("#code-train").input_value().endswith(":\n    ")
    assert visit.said == []
    visit.context.close()


# In the place of Pyodide, to see what the page does around it: the first check it is asked never ends.
PRETENDED = """
self.loadPyodide = async ({ indexURL }) => {
  await (await fetch(`${indexURL}pyodide-lock.json`)).json();
  return { FS: { mkdirTree() {}, writeFile() {} }, runPython() {}, pyimport: () => ({ check }) };
};
function check(answer, course, ended, tell) {
  tell(JSON.stringify({ kind: "begun", ended: [4, 0, true, [3, 2, 1]], seconds: 0 }));
  if (ended === "[]") for (;;);
  const one = { name: "mse", verdict: "wrong", said: "<b>wrong</b>", points: "0 of 2", summary: "" };
  const exercises = [{ ...one, parts: [["what", ended]] }];
  const found = { text: answer, heading: "0 of 2 points", notes: [], exercises };
  return JSON.stringify({ en: found, ko: found });
}
"""
PYODIDE = os.environ.get("PYODIDE")  # the folder of a full distribution, where there is one


def with_python(file: Path, folder: Path, **changes) -> Path:
    """The page with something else in the place of what it knows of Pyodide."""
    start, end = '<script type="application/json" id="python-data">', "</script>"
    before, _, rest = file.read_text(encoding="utf-8").partition(start)
    data, _, after = rest.partition(end)
    made = folder / "index.html"
    made.write_text(before + start + json.dumps(json.loads(data) | changes) + end + after, encoding="utf-8")
    return made


def checked_with_python(visit) -> str | None:
    visit.tab.locator("#python-check").click()
    visit.tab.locator("#python-check:not([disabled])").wait_for(timeout=120_000)
    return visit.tab.locator("#python-status").get_attribute("data-value")


@pytest.mark.parametrize("served", ["refused", "unreachable"])
def test_nothing_is_asked_for_before_the_click_and_another_file_than_the_pinned_one_is_refused(browser, file, served):
    visit = Visit(browser, file, locale="en-GB")
    anybody = {"access-control-allow-origin": "*"}
    visit.context.route(
        f"{kit.ADDRESS}**",
        lambda route: route.abort() if served == "unreachable" else route.fulfill(body="another", headers=anybody),
    )
    visit.tab.locator("#typed-mse-loss").fill("mean(r**2)")
    assert visit.asked == [file.as_uri()]
    assert "from cdn.jsdelivr.net, and nothing before it" in visit.tab.locator("#exercises").inner_text()
    assert checked_with_python(visit) == served
    assert {address.rpartition("/")[0] + "/" for address in visit.asked[1:]} == {kit.ADDRESS}
    assert len(visit.tab.context.pages[0].workers) == 0
    assert visit.tab.locator("#python-found").inner_text() == ""
    visit.context.close()


def test_what_does_not_end_is_ended_with_its_worker_and_the_rest_is_checked_in_another(browser, file, tmp_path):
    files = {name: b64encode(gzip.compress(b"")).decode() for name in kit.FILES}
    files["pyodide.js"] = b64encode(gzip.compress(PRETENDED.encode())).decode()
    visit = Visit(browser, with_python(file, tmp_path, address=None, embedded=files), locale="en-GB")
    visit.tab.locator("#typed-mse-loss").fill("mean(r)")
    assert checked_with_python(visit) == "done"
    found = visit.tab.locator("#judged-mse")
    assert "<b>wrong</b> 0 of 2" in found.inner_text()
    assert "[[4,0,true,[3,2,1]]]" in found.inner_text()
    assert violations(visit.tab) == []
    assert [address for address in visit.asked[1:] if not address.startswith("blob:")] == []
    visit.tab.locator("#typed-mse-loss").fill("mean(r**2)")
    assert found.inner_text() == ""
    assert visit.said == []
    visit.context.close()


@pytest.mark.skipif(PYODIDE is None, reason="no distribution of Pyodide here: name its folder in PYODIDE")
def test_the_kit_in_the_browser_says_to_the_letter_what_the_command_says(browser, file, tmp_path, monkeypatch, capsys):
    visit = Visit(browser, file, locale="en-GB", accept_downloads=True)
    visit.context.route(
        f"{kit.ADDRESS}**",
        lambda route: route.fulfill(
            path=Path(PYODIDE, route.request.url.split("/")[-1]), headers={"access-control-allow-origin": "*"}
        ),
    )
    visit.tab.locator("#typed-mse-loss").fill("mean(r**2)/2")
    loop = "def train(x, y, w, b, lr, epochs):\n    while True: pass"
    for code in (loop, RIGHT.read_text(encoding="utf-8").partition("import numpy as np")[2]):
        visit.tab.locator("#code-train").fill(code)
        assert checked_with_python(visit) == "done"
        with visit.tab.expect_download() as download:
            visit.tab.locator("#editors-download").click()
        download.value.save_as(tmp_path / "answers.py")
        monkeypatch.chdir(tmp_path)
        main(["check", "answers.py", "--lang", "en"])
        printed = visit.tab.locator("#python-found [lang=en] pre").text_content()
        assert printed + "\n" == capsys.readouterr().out
    assert visit.said == []
    visit.context.close()


def test_who_wants_no_motion_is_taken_to_the_end_at_once(browser, file):
    visit = Visit(browser, file, locale="en-GB", reduced_motion="reduce")
    visit.tab.locator("#play-run").click()
    assert visit.outputs()["t"] == "201"
    visit.context.close()


def test_another_language_keeps_the_place(browser, file):
    visit = Visit(browser, file, locale="en-GB")
    visit.tab.locator("#hidden-heading").evaluate(
        "(heading) => scrollTo({ top: heading.offsetTop - 100, behavior: 'instant' })"
    )
    before = visit.tab.locator("#hidden-heading").bounding_box()["y"]
    visit.tab.mouse.click(*centre(visit, "[data-language=ko]"))
    assert visit.tab.locator("html").get_attribute("lang") == "ko"
    assert abs(visit.tab.locator("#hidden-heading").bounding_box()["y"] - before) < 60
    visit.context.close()


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
    assert visit.tab.title() == "기울기를 손으로, 직접 만든 엔진으로, torch로"
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


# What JupyterLab and nbconvert say of the markup in an output: terms float, rows are striped, cells go right.
LAB = """
.out dl dt { float: left; clear: left; display: block; margin: 0; width: 20%; }
.out dl dd { margin-left: 20%; width: 80%; float: left; }
.out table { border-collapse: collapse; border-spacing: 0; border: none; font-size: 12px; table-layout: fixed; }
.out :is(td, th, tr) { vertical-align: middle; padding: 0.5em; line-height: normal; border: none; text-align: right; }
.out tbody tr:nth-child(odd) { background: GROUND; }
body { background: PAPER; color: INK; }
"""


@pytest.mark.parametrize(("paper", "ink", "ground"), [("#fff", "#000", "#f5f5f5"), ("#111", "#fff", "#212121")])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_wrong_answer_reads_row_by_row_in_a_notebook_of_either_theme(browser, tmp_path, paper, ink, ground, language):
    file = tmp_path / "cell.html"
    look = LAB.replace("PAPER", paper).replace("INK", ink).replace("GROUND", ground)
    table = finding.table("answers.py", FINDING, Messages("check", language), where)
    file.write_text(
        f"<meta charset=utf-8><title>cell</title><style>{look}</style><main class=out>{table}</main>", encoding="utf-8"
    )
    visit = Visit(browser, file, viewport={"width": 900, "height": 740})
    rows = visit.tab.locator("table table tr")
    assert rows.count() > 4
    for i in range(rows.count()):
        label, text = (rows.nth(i).locator("th, td").nth(j).bounding_box() for j in (0, 1))
        assert label["x"] + label["width"] <= text["x"] + 1
        assert abs(label["y"] - text["y"]) < 1
    heights = visit.tab.locator("td > b").evaluate_all("(all) => all.map((one) => one.getClientRects().length)")
    assert set(heights) == {1}
    assert not [found for found in violations(visit.tab) if found.startswith("color-contrast")]
    visit.context.close()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_printed_it_fills_under_ten_sheets_with_its_charts_and_without_an_answer(browser, file, tmp_path, language):
    visit = Visit(browser, file, locale=language)
    visit.tab.pdf(
        path=tmp_path / "page.pdf", format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "1.5cm")
    )
    assert len(re.findall(rb"/Type /Page\b(?!s)", (tmp_path / "page.pdf").read_bytes())) < 10
    assert not visit.tab.locator("details.answer p").first.is_visible()
    visit.context.close()


def test_on_paper_the_page_is_light_fits_and_leaves_out_what_cannot_be_pressed(browser, file):
    visit = Visit(browser, file, color_scheme="dark", viewport={"width": 718, "height": 1000})  # A4 within its margins
    visit.tab.emulate_media(media="print")
    visit.tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert visit.tab.evaluate("document.documentElement.scrollWidth") <= 718
    pressed = visit.tab.locator("button, select, input")
    assert not any(pressed.nth(i).is_visible() for i in range(pressed.count()))
    assert visit.tab.locator("#play-surface").is_visible()
    assert visit.tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"
    visit.context.close()
