"""The lesson's page in a real browser, once for all tests that look at it."""

import argparse
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from compare.commands import page as command

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install it (Debian: apt install chromium)"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)


@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    command.run(argparse.Namespace(out=folder, course=None, python=None))
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
        return dict(
            cells.evaluate_all(
                "(cells) => cells.map((cell) => [cell.dataset.out, cell.dataset.value ?? cell.textContent])"
            )
        )

    def charts(self) -> list[str]:
        return [
            self.tab.locator(f"#play-{name}").inner_html() for name in ("line", "surface", "losses", "slope", "map")
        ]
