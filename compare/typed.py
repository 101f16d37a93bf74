"""The commands as this reader types them: `gradient-compare check`, `python3 -m compare check` or `make check`.

A message that tells the reader what to run names it so. The Makefile says of itself that it was typed (TYPED=make in
the environment); the console script is known by its name, `python -m compare` by the words that started this process.
"""

import os
import shlex
import sys

SCRIPT = "gradient-compare"
CODE = (".py", ".ipynb")  # how the names of files with functions end
ANSWERS = "answers.py"  # the name that `new` and `make` give where none is given
TARGETS = {"lessons": "compare", "new": "answers", "check": "check", "page": "page", "notebook": "notebook"}
TARGETS |= {"speed": "speed", "doctor": "doctor"}


def program() -> str:
    """What stands before the name of a command, and runs in any folder."""
    if os.path.basename(sys.argv[0]).partition(".")[0] == SCRIPT:
        return SCRIPT
    word, *words = sys.orig_argv
    started = "compare" in words and words[words.index("compare") - 1] == "-m" and " " not in word
    return f"{word if started else 'python'} -m compare"


def command(name: str, file: object = "") -> str:
    """What to type for the command `name`, on the answers in `file` where it takes any."""
    given = _quoted(str(file)) if file else ""
    if os.environ.get("TYPED") == "make" and given == str(file):
        return " ".join(["make", TARGETS[name], *[f"ANSWER={given}"] * (given not in ("", ANSWERS))])
    return " ".join([program(), *[name] * (name != "lessons"), *[given] * bool(given)])


def installing(*requirements: str) -> str:
    """What installs packages into the Python that runs this."""
    return " ".join([_quoted(sys.executable), "-m", "pip", "install", *requirements])


def _quoted(word: str) -> str:
    """One word for the shell. Windows' own quote only by double quotes, which no name of a file there can hold."""
    if os.sep == "\\":
        return f'"{word}"' if " " in word else word
    return shlex.quote(word)


class Commands:
    """The commands that texts name, as fields of a text: `{commands.check}`."""

    program = property(lambda _: program())
    compare = property(lambda _: command("lessons"))
    new = property(lambda _: command("new", ANSWERS))
    check = property(lambda _: command("check", ANSWERS))
    page = property(lambda _: command("page"))


COMMANDS = Commands()
