"""Write the lesson as one self-contained page, index.html: no network, both languages."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compare.agreement.records import Comparison
    from compare.reports.page.evidence import Pair

ROOT = Path(__file__).parents[2]
SIDES, MIRRORED = ("manual", "torch_impl"), ("regression.py", "sgd.py", "training.py")
PLAYED = {"height-weight": "height-weight-training", "hours-ability": "hours-ability"}  # data set: lesson it starts as


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("build/page"), metavar="DIR", help="folder of index.html")
    parser.add_argument("--course", metavar="FILE", help="what is asked: a course's TOML file, or a bundled one's name")
    parser.add_argument("--python", type=Path, metavar="FOLDER", help="embed the distribution of Pyodide that is there")


def run(arguments: argparse.Namespace) -> int:
    from compare.commands.courses import asked
    from compare.errors import writing
    from compare.reports.page.python import python
    from compare.reports.terminal import Progress

    path = arguments.out / "index.html"
    rules, file = asked(arguments.course), Path(arguments.course) if arguments.course else None
    checking = python(rules, file, arguments.python)  # whatever is wrong with either is said at once
    with Progress(path.name, total=3) as bar:
        comparisons = _compare()
        bar.advance()
        figures, said = _draw(comparisons)
        bar.advance()
        from compare.reports.page.page import Material, render

        given = arguments.course or ""
        text = render(Material(comparisons, figures, said, _code(), _played(), rules, given, checking))
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print(path)
    return 0


def _compare() -> "list[Comparison]":
    """Every bundled lesson; what draws and renders them is imported while torch is busy in a process of its own."""
    from compare.agreement.torch_side import TorchSide
    from compare.lessons import load, names

    def import_renderers() -> None:
        from compare.reports.page import page  # noqa: F401

    with TorchSide() as torch:
        from compare.agreement.comparison import compare_all  # not before torch has been started

        return compare_all([load(name) for name in names()], torch, meanwhile=import_renderers)


def _draw(comparisons: "Sequence[Comparison]") -> tuple[dict[str, str], dict[str, Mapping[str, str]]]:
    """Drawn once: the figures, and what their texts are in every language."""
    from compare.reports.lesson.figures import draw
    from compare.reports.page.evidence import svg
    from compare.reports.templating import Noting

    words = Noting("figures")
    figures = {name: svg(figure) for name, figure in draw(comparisons, words).items()}
    return figures, words.said | {comparison.title["en"]: comparison.title for comparison in comparisons}


def _code() -> list["Pair"]:
    from compare.reports.page.evidence import aligned

    both = ((name, [(ROOT / side / name).read_text(encoding="utf-8") for side in SIDES]) for name in MIRRORED)
    return [aligned(name, *texts) for name, texts in both]


def _played() -> list[dict[str, Any]]:
    from compare.lessons import load
    from compare.reports.page.play import play_set

    lessons = {name: load(lesson) for name, lesson in PLAYED.items()}
    numbers = {name: (one.x, one.y, (one.w, one.b, one.optimizer["lr"])) for name, one in lessons.items()}
    return [play_set(name, *(list(map(float, values)) for values in given)) for name, given in numbers.items()]
