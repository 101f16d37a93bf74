"""Write the lesson as one self-contained page, index.html: no network, both languages."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compare.agreement.records import Comparison
    from compare.lessons import Lesson
    from compare.reports.page_code import Pair

ROOT = Path(__file__).parents[2]
MIRRORED = ("regression.py", "sgd.py", "training.py")
PLAYED = {"height-weight": "height-weight-training", "hours-ability": "hours-ability"}  # data set: lesson it starts as


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("build/page"), metavar="DIR", help="folder of index.html")


def run(arguments: argparse.Namespace) -> int:
    from compare.agreement.rows import compare_lesson
    from compare.exercises.tasks import TASKS
    from compare.lessons import load, names
    from compare.reports.page import Material, render

    comparisons = [compare_lesson(load(name)) for name in names()]
    page = render(Material(comparisons, _drawn(comparisons), _code(), _played(), list(TASKS.values())))
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / "index.html"
    path.write_text(page, encoding="utf-8")
    print(path)
    return 0


def _drawn(comparisons: Sequence["Comparison"]) -> dict[str, dict[str, str]]:
    from compare.reports.figures import draw, svg
    from compare.reports.language import LANGUAGES

    return {
        language: {name: svg(figure) for name, figure in draw(comparisons, language).items()} for language in LANGUAGES
    }


def _code() -> list["Pair"]:
    from compare.reports.page_code import aligned

    return [aligned(name, *(_source(side, name) for side in ("manual", "torch_impl"))) for name in MIRRORED]


def _source(side: str, name: str) -> str:
    return (ROOT / side / name).read_text(encoding="utf-8")


def _played() -> list[dict[str, Any]]:
    from compare.lessons import load

    return [_play(name, load(lesson)) for name, lesson in PLAYED.items()]


def _play(name: str, lesson: "Lesson") -> dict[str, Any]:
    from compare.reports.page_play import play_set

    x, y, start = lesson.x, lesson.y, (lesson.w, lesson.b, lesson.optimizer["lr"])
    return play_set(name, *([float(value) for value in values] for values in (x, y, start)))
