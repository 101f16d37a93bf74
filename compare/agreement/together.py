"""Several lessons with no time lost: torch imports and trains in its own process while all the rest is done."""

from collections.abc import Callable, Sequence

from compare.agreement.records import Comparison
from compare.agreement.torch_side import TorchSide
from compare.lessons import Lesson


def compare_all(
    lessons: Sequence[Lesson],
    dtype: str | None = None,
    explain_bits: bool = False,
    meanwhile: Callable[[], None] = lambda: None,
    compared: Callable[[], None] = lambda: None,
) -> list[Comparison]:
    """The comparisons of those lessons, in order, as `rows.prepare` and `rows.compare` make them.

    `meanwhile` is called while torch is still busy; `compared` after each lesson.
    """
    with TorchSide() as torch_side:
        from compare.agreement import rows  # not before torch has been started

        prepared = [rows.prepare(lesson, dtype, torch_side.ask) for lesson in lessons]
        meanwhile()
        comparisons = []
        for one in prepared:
            comparisons.append(rows.compare(one, explain_bits, torch_side.answer()))
            compared()
    return comparisons
