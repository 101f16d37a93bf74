"""The losses in a text that a program printed: a log with its epochs, progress bars, a list, or a table.

Each line is read by itself: its epoch, and the number that is called a loss. Two that could be meant are nobody's to
choose between. All of it takes time in proportion to the text, whatever that is.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from compare.exercises import Fault

_NUMBER = r"[-+\u2212]?(?:\d+(?:[.,]\d+)*\.?|\.\d+)(?:[eE][-+]?\d+)?|nan\b|-?inf\b"
_THOUSANDS = re.compile(r"[-+\u2212]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
_EITHER = re.compile(r"[-+\u2212]?[1-9]\d{0,2},\d{3}")  # a thousand and more, or a fraction: nobody can tell
_EPOCH = re.compile(
    r"(?:epoch|에포크|에폭|iteration|iter|step|반복)(?P<many>s)?[_'\"]?\s{0,9}[:=#\[(]?\s{0,9}(\d{1,9})"
    r"|(\d{1,9})\s{0,9}(?:회|에포크|에폭)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*(?:\[\s*(\d{1,9})\s*[\]/]|(\d{1,9})\s?(?:/\s?\d{1,9}\s|[:|]\s))")  # at the head of a line
_REST = re.compile(rf"(?:\s?/\s?\d{{1,9}})?[\])]?\s{{0,9}}[:,|=>-]{{0,3}}\s{{0,9}}({_NUMBER})\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d]\w*")
_LOSS = re.compile(r"loss|(?<!r)mse|cost|손실", re.IGNORECASE)
_PLAIN_LOSS = ("loss", "손실")  # before all others where a line has several: the others are its parts, or the same
# How words begin that are no loss of the training, or none of this epoch.
_OTHERS = ("val", "test", "eval", "dev", "검증", "평가", "테스트", "best", "min", "최소", "prev", "old", "delta")
_GIVEN = re.compile(
    r"(?:\s(?:after|at)\s\w{1,20}\s\d{1,9}|\s(?:is|was)\b)?['\")]?\s{0,9}[:=(]?\s{0,9}((?:np\.float\d+\(|tensor\(|array\(|\[){0,4})"
    rf"({_NUMBER})?((?:\s{{0,9}}[\])]){{0,5}})",
    re.IGNORECASE,
)
_BAR = re.compile(r"(?<!\d)\d{1,3}%\|[^|]*\|\s*(\d{1,9})/(\d{1,9})\s|^\s*(\d{1,9})/(\d{1,9})\s+(?:\[|━|-\s+\d+m?s)")
_SCREEN = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x08")  # what moves the cursor
_RULE = re.compile(r"[-+|=:\s]*")  # under the head of a table
_WRAPPED = re.compile(r"np\.float\d+\(([^()]*)\)")  # as a list of NumPy's own numbers is printed


class _Line(NamedTuple):
    """What a line says: its epoch, its loss and the word before that, and how much of a bar is done, of how much."""

    epoch: str | None
    loss: str | None
    before: str
    bar: tuple[int, int] | None


def rows(name: str, text: str) -> list[list[str]]:
    """Each loss as it was written, behind its epoch where that is told. Raises `Fault` where two could be meant."""
    lines = [_line(name, _SCREEN.sub("", line)) for line in text.splitlines() if line.strip()]
    return _logged(name, lines) or _listed(name, text) or _table(text)


def _line(name: str, line: str) -> _Line:
    bar = _BAR.search(line)
    done = [int(count) for count in bar.groups() if count] if bar else []
    epoch = _EPOCH.search(line, 0, bar.start() if bar else len(line)) or (None if bar else _COUNT.match(line))
    before, loss = _loss(name, line, alone=epoch is None)
    if epoch and loss is None and not bar and (rest := _REST.fullmatch(line, epoch.end())):
        loss = rest[1]
    if epoch and not loss and (epoch.re is _COUNT or epoch["many"]):  # how many there will be, or a number of others
        epoch = None
    number = epoch[epoch.lastindex or 0] if epoch else None
    return _Line(number, loss and _without_commas(loss), before, (done[0], done[1]) if bar else None)


def _loss(name: str, line: str, alone: bool) -> tuple[str, str | None]:
    """The number that a line calls a loss, and the word before it. Raises `Fault` where two could be meant.

    A list is none of a line that is `alone`, without an epoch: it is read as a whole.
    """
    found, last = list[tuple[str, str, str]](), ""  # the word, the one before it, the number
    for word in _WORD.finditer(line):
        called, before, last = word[0].lower(), last, word[0].lower()
        if not _LOSS.search(called) or called.startswith(_OTHERS) or before.startswith(_OTHERS):
            continue
        given = _GIVEN.match(line, word.end())
        if given is None or not (given[2] or given[1]):
            continue
        if "[" in given[1] and "]" not in given[3]:
            if alone:
                return "", None
            raise Fault("two-losses", name, given=repr(line.strip()[:60]))
        if given[2]:
            found.append((called, before, given[2]))
    plain = [each for each in found if each[0] in _PLAIN_LOSS] or found
    if len({number for *_, number in plain}) > 1:
        raise Fault("two-losses", name, given=repr(line.strip()[:60]))
    return plain[0][1:] if plain else ("", None)


def _logged(name: str, lines: Sequence[_Line]) -> list[list[str]]:
    """The rows of a log: each epoch once, with its one loss."""
    done = [line for line in lines if line.bar is None or line.bar[0] == line.bar[1]]  # the others still go on
    found = list[list[str]]()
    for row in [[line.epoch, line.loss] for line in done if line.epoch and line.loss] or _below(done):
        if not found or len(row) == 1 or row[0] != found[-1][0]:
            found.append(row)
        elif row != found[-1]:
            raise Fault("two-losses", name, given=f"epoch {row[0]}: {found[-1][1]}, {row[1]}")
    return found


def _below(lines: Sequence[_Line]) -> list[list[str]]:
    """The losses of lines that have no epoch: each below a line that has an epoch alone, or else in their order."""
    header, found, alone = None, list[tuple[str, _Line]](), list[_Line]()
    for line in lines:
        if line.loss is None:
            header = line.epoch or header
        elif header is None:
            alone.append(line)
        elif not found or found[-1][0] != header or found[-1][1].before == line.before:
            found.append((header, line))
    if found:  # a loss above the first epoch could be one of that row, and all others then those of other epochs
        mixed = {line.before for line in alone} & {line.before for _, line in found}
        return [] if mixed else [[epoch, line.loss or ""] for epoch, line in found]
    losses = [[line.loss or ""] for line in alone]
    if len({line.loss for line in alone if line.bar}) == 1 == len({line.loss for line in alone}):
        return [
            [str(max(line.bar[1] for line in alone if line.bar) - 1), *losses[0]]
        ]  # after all passes: the last one's
    return losses


def _listed(name: str, text: str) -> list[list[str]]:
    """The numbers or rows of a list or an array, as Python and NumPy print them, over as many lines as they take."""
    text = _WRAPPED.sub(r"\1", text)
    lists = [(label, inner) for label, inner in _brackets(text) if any(map(str.isdigit, inner))]
    called = [one for one in lists if _is_loss(one[0])] or lists
    if not called:
        return []
    if len(called) > 1:
        raise Fault("two-losses", name, given=repr(", ".join(label.strip() for label, _ in called)[:60]))
    inner = called[0][1] if "tensor(" in called[0][1] else called[0][1].translate(str.maketrans("()", "[]"))
    parts = re.findall(r"\[([^\[\]]*)\]", inner) or [inner]
    cells = [[cell for cell in re.split(r"[,\s]+", part) if cell] for part in parts]
    return [row for row in cells if row] if len(parts) > 1 else [[cell] for cell in cells[0]]


def _is_loss(label: str) -> bool:
    words = [word[0].lower() for word in _WORD.finditer(label)]
    return any(_LOSS.search(word) and not word.startswith(_OTHERS) for word in words)


def _brackets(text: str) -> Iterator[tuple[str, str]]:
    """What stands in each outermost pair of brackets, and the text that leads up to it."""
    depth = begin = start = 0
    for found in re.finditer(r"[\[\]]", text):
        if found[0] == "[":
            start = found.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield text[begin:start], text[start + 1 : found.start()]
                begin = found.end()


def _table(text: str) -> list[list[str]]:
    lines = _WRAPPED.sub(r"\1", text).splitlines()
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line) and not line.startswith("#")]
    headed = bool(rows) and not any(map(is_number, rows[0]))
    return [_chosen(row, rows[0]) for row in rows[1:]] if headed else rows


def _without_commas(number: str) -> str:
    """`186,666.67` and `0,5` as Python writes them; `1,234`, which may be either, stays as it is, and is no number."""
    if "." in number[:-1]:
        number = number.rstrip(".")  # that of a sentence
    if _THOUSANDS.fullmatch(number):
        return number.replace(",", "")
    return number if _EITHER.fullmatch(number) else _with_point(number)


def _cells(line: str) -> list[str]:
    """The cells of a line; beside semicolons or tabs, a comma is that of a decimal fraction."""
    separator = _separator(line)
    line = line.strip().strip("|") if separator == "|" else line
    cells = [cell.strip().strip('"') for cell in line.split(separator)]
    return cells if separator == "," else [_with_point(cell) for cell in cells]


def _separator(line: str) -> str | None:
    for each in "|;":
        if each in line:
            return each
    if "\t" in line and not all(is_number(cell.strip()) for cell in line.split(",")):
        return "\t"
    return "," if "," in line else None


def _with_point(cell: str) -> str:
    point = cell.replace(",", ".")
    return point if cell.count(",") == 1 and is_number(point) else cell


def _chosen(row: list[str], header: list[str]) -> list[str]:
    """The columns called epoch and loss, where the header has a loss."""
    column = {name.lower(): cell for name, cell in zip(header, row, strict=False)}
    return [column[name] for name in ("epoch", "loss") if name in column] if "loss" in column else row


def is_number(text: str) -> bool:
    """Does Python read it as one?"""
    try:
        float(text)
    except ValueError:
        return False
    return True
