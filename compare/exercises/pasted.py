"""An answer's text as Python reads it, line for line: without what was meant for Jupyter, a prompt or a page.

Lines that Jupyter understands and Python does not (`%matplotlib inline`, `!pip install …`, `name?`) are put aside where
a statement begins, the prompts of a session are peeled and its outputs put aside, the fences of Markdown dropped, never
inside a string. Every line keeps its place. What is left may hold text that is no code; so the parts before, between
and after sessions and fences are told apart, and one that Python does not read costs no other.
"""

import re
import string
from typing import NamedTuple

from compare.sandbox.statements import in_parts as in_parts

CODE_MAGICS = ("time", "capture", "prun")  # these run what follows them, and its names stay
MAGIC, PROMPT, FENCE, ALIKE = "magic", "prompt", "fence", "alike"  # what was put aside

# Each pattern is tried at one place and takes time in proportion to what it reads: `*+` never gives back.
_TOKEN = re.compile(
    r"""(?P<text>(?P<quotes>"{3}|'{3})(?:\\.|[^\\])*?(?:(?P=quotes)|\Z))"""
    r"""|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\#[^\n]*|\\.|\\"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>\n)|(?P<plain>[^"'\#\\()[\]{}\n]+)""",
    re.DOTALL,
)
_ROW = re.compile(r"[^\n]*")
_LINE = re.compile(r"(?:[^\n]*\\\n)*[^\n]*")  # with the lines that a final backslash joins to it
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w+)(?P<file> [^\n]*\.py *(?=\n))?[^\n]*")  # written into a file: its text
_HELP = re.compile(r"(?P<indent>\s*)[\w.*%]+\?{1,2}\s*")
_MAGIC = re.compile(r"(?P<indent>[ \t]*+)(?P<target>[\w, ]++=[ \t]*+)?(?P<mark>%|!{1,2}|\?{1,2})")
_FENCE = re.compile(r"[ \t]*+(?:```[^\n`]*|(?:In|Out) ?\[[\d ]*\]:[ \t]*)(?=\n|\Z)")  # or a cell's mark on a page
_SESSION = re.compile(r"[ \t]*+(?:>>>|(?:In|Out) ?\[\d+\]:)")
_PROMPT = re.compile(r"[ \t]*+(?:>>>|In ?\[\d+\]:) ?(?P<code>.*)")
_MORE = re.compile(r"[ \t]*+\.\.\.+:? ?(?P<code>.*)")
_OPENS = (":", ",", "(", "[", "{", "\\")  # how a line of code ends that goes on below
# Characters that no code holds: blanks that nobody sees, quotes of a word processor, signs as wide as Hangul.
_PLAIN = str.maketrans("\u00a0\u3000\u201c\u201d\u201e\u2018\u2019", "  \"\"\"''", "\u200b\u200c\u200d\u2060\ufeff")
_PLAIN |= {0xFEE0 + ord(sign): ord(sign) for sign in string.punctuation + string.digits if sign != "_"}


class Plain(NamedTuple):
    """The text, the lines at which its parts begin where it has several, and by kind the lines that were put aside."""

    text: str
    starts: tuple[int, ...]
    aside: dict[str, list[int]]


def plain(text: str) -> Plain:
    """The text of a file as Python reads it."""
    return _Reader(text).read()


def plain_cell(text: str) -> Plain:
    """The text of a notebook's cell as Python reads it."""
    first = _CELL_MAGIC.match(text)
    if first is None:
        return plain(text)
    if first["name"] not in CODE_MAGICS and not (first["name"] in ("writefile", "file") and first["file"]):
        return Plain("\n".join("# " + line for line in text.split("\n")), (), {})
    return plain("\n" * first[0].count("\n") + text[first.end() :])


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 1
        self._done, self._starts, self._aside = list[str](), list[int](), dict[str, list[int]]()

    def read(self) -> Plain:
        depth, beginning = 0, True  # of brackets; of a line
        while self._at < len(self._text):
            if beginning and self._pasted(depth):
                depth = 0
                continue
            token = _at(_TOKEN, self._text, self._at)
            depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
            beginning = bool(token["end"])
            code = token[0].translate(_PLAIN) if token["plain"] else token[0]
            if code != token[0]:
                self._aside.setdefault(ALIKE, []).append(self._line)
            self._put(token[0], code)
        return Plain("".join(self._done), tuple(dict.fromkeys(self._starts)), self._aside)

    def _put(self, text: str, code: str, aside: str = "") -> None:
        """`code` stands where `text` did."""
        if aside:
            self._aside.setdefault(aside, []).append(self._line)
        self._done.append(code)
        self._at += len(text)
        self._line += text.count("\n")

    def _pasted(self, depth: int) -> bool:
        """Was there something at the beginning of this line that is no Python? No bracket may be open for a magic."""
        if fence := _FENCE.match(self._text, self._at):
            self._put(fence[0], "", FENCE)
            self._starts.append(self._line + 1)
            return True
        if _SESSION.match(self._text, self._at):
            self._session()
            return True
        row = _at(_ROW, self._text, self._at)[0]
        if depth or not (_HELP.fullmatch(row) or _MAGIC.match(row)):
            return False
        line = row if _HELP.fullmatch(row) else _at(_LINE, self._text, self._at)[0]
        self._put(line, _python_line(line), MAGIC)
        return True

    def _session(self) -> None:
        """A session's lines up to a blank one: those with prompts, in IDLE those that are indented below them, are
        code, the others are outputs."""
        self._starts.append(self._line)
        goes_on = False
        while line := _at(_ROW, self._text, self._at)[0]:
            first = _PROMPT.match(line)
            if found := first or _MORE.match(line):
                self._put(line, found["code"], PROMPT)
                goes_on = found["code"].rstrip().endswith(_OPENS)
            elif goes_on and line[0] in " \t":
                self._put(line, line)
            else:
                self._put(line, "# " + line)
                goes_on = False
            end = self._text[self._at : self._at + 1]
            self._put(end, end)
        self._starts.append(self._line)


def _at(pattern: re.Pattern[str], text: str, position: int) -> re.Match[str]:
    found = pattern.match(text, position)
    assert found is not None  # the patterns that are asked for match wherever text is left
    return found


def _python_line(line: str) -> str:
    """As many lines that stand in for one that only Jupyter understands."""
    ends = "\n" * line.count("\n")
    if found := _HELP.fullmatch(line):
        return found["indent"] + "pass" + ends
    found = _at(_MAGIC, line, 0)
    name, _, code = line[found.end() :].partition(" ")
    if found["mark"] == "%" and name in CODE_MAGICS and code.strip() and not found["target"]:
        return found["indent"] + code.lstrip()
    return found["indent"] + (f"{found['target']}None" if found["target"] else "pass") + ends
