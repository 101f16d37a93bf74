"""`python -m compare [COMMAND]`: find the command, read its arguments, return its exit code.

Exit codes: 0 all is well, 1 something differs or is wrong, 2 the arguments or an input file cannot be used.
"""

import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from itertools import pairwise

from compare.errors import Fault, InputError, no_module
from compare.typed import CODE, program

DEFAULT = "lessons"
COMMANDS = {
    "lessons": "compare every number of a lesson (the default)",
    "new": "write a template for your answers",
    "check": "check your answers",
    "courses": "list the bundled courses",
    "derivation": "compare a derivation of your own, a file of formulas",
    "grade": "grade a folder of answers",
    "gradescope-zip": "build an autograder for Gradescope",
    "doctor": "say what this machine can isolate",
    "page": "write the lesson page",
    "notebook": "write and run the lesson notebook",
    "speed": "measure every implementation",
}
OURS = ("compare", "manual", "torch_impl")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def command() -> int:
    """The process's one command. No process that it starts imports what lies in the working folder, either."""
    home = os.path.dirname(os.path.abspath(__file__))
    if not (os.path.exists(OURS[0]) and os.path.samefile(OURS[0], home)):  # a checkout need not be installed
        os.environ["PYTHONSAFEPATH"] = "1"
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` defaults to the process's arguments. Returns its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            _speak(stream, utf8="--json" in given)
    try:
        code = _run(given)
        sys.stdout.flush()
    except InputError as error:
        return _refuse(error, given)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("", *OURS):
            raise
        return _refuse(no_module(missing), given)
    except BrokenPipeError:  # the reader had seen enough, as in `… | head`
        _close_output()
        return 1
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _close_output()
        return _refuse(Fault("no-room", "", reason=error.strerror), given)
    return code


def _speak(stream: io.TextIOWrapper, utf8: bool) -> None:
    """What a program reads is UTF-8, whatever the code page; a terminal that lacks a letter shows ? in its place."""
    if utf8 or not stream.isatty():
        stream.reconfigure(encoding="utf-8")
    stream.reconfigure(errors="replace")


def _run(given: Sequence[str]) -> int:
    given = _command_first(given)
    name, rest = (given[0], given[1:]) if given and given[0] in COMMANDS else (DEFAULT, given)
    if name == DEFAULT:
        _refuse_misspelt(given)
    command = importlib.import_module("compare.commands." + name.replace("-", "_"))
    if hasattr(command, "begin"):  # starts what takes its time, before even the arguments are read
        command.begin(rest)
    import argparse

    parser = argparse.ArgumentParser(prog=_usage_name(name), description=command.__doc__, epilog=_epilog(name))
    command.add_arguments(parser)
    from compare.reports.language import LANGUAGES, reader_language

    spoken = "the language (default: that of your locale)"
    parser.add_argument("--lang", choices=LANGUAGES, default=reader_language(), help=spoken)
    return int(command.run(parser.parse_args(rest)))


def _command_first(given: Sequence[str]) -> Sequence[str]:
    """The same with the command before the language, which may be said first."""
    before = 0 if not given or not given[0].startswith("--lang") else 1 + (given[0] == "--lang")
    if before and len(given) > before and given[before] in COMMANDS:
        return [given[before], *given[:before], *given[before + 1 :]]
    return given


def _refuse_misspelt(given: Sequence[str]) -> None:
    """Raise `Fault` where the first argument is no command and no option: the default command takes options only."""
    if given and given[0] not in COMMANDS and not given[0].startswith("-"):
        close = _meant(given[0])
        raise Fault("no-command-close" if close else "no-command", given[0], close=close, known=", ".join(COMMANDS))


def _meant(given: str) -> str:
    """The arguments that `given` may stand for, or nothing."""
    import difflib

    if given.endswith(".toml"):
        return f"--lesson {given}"
    if given.endswith(CODE):
        return f"check {given}"
    return "".join(difflib.get_close_matches(given, COMMANDS, 1))


def _refuse(error: InputError, given: Sequence[str]) -> int:
    print(error.text(_language(given)), file=sys.stderr)
    return 2


def _language(given: Sequence[str]) -> str:
    """What --lang asks for, else the locale's: asked of the arguments as they came, which may be what is wrong."""
    from compare.reports.language import LANGUAGES, reader_language

    asked = {"--lang=" + language: language for language in LANGUAGES}
    joined = (f"{first}={second}" for first, second in pairwise(given))
    return next((asked[one] for one in (*given, *joined) if one in asked), reader_language())


def _close_output() -> None:
    """Let what is still to be written go nowhere, or Python would complain once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage_name(name: str) -> str:
    return program() if name == DEFAULT else f"{program()} {name}"


def _epilog(name: str) -> str | None:
    if name != DEFAULT:
        return None
    others = "; ".join(f"{command}: {purpose}" for command, purpose in COMMANDS.items() if command != DEFAULT)
    return f"Other commands (each has its own --help): {others}."


if __name__ == "__main__":
    sys.exit(command())
