"""`python -m compare [COMMAND]`: find the command, read its arguments, return its exit code.

Exit codes: 0 all is well, 1 something differs or is wrong, 2 the arguments or an input file cannot be used.
"""

import importlib
import os
import sys
from collections.abc import Sequence

from compare.errors import InputError

DEFAULT = "lessons"
COMMANDS = {
    "lessons": "compare every number of a lesson (the default)",
    "new": "write a template for your answers",
    "check": "check your answers",
    "grade": "grade a folder of answers",
    "gradescope-zip": "build an autograder for Gradescope",
    "doctor": "say what this machine can isolate",
    "page": "write the lesson page",
    "notebook": "write and run the lesson notebook",
    "speed": "measure every implementation",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` defaults to the process's arguments. Returns its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    name = given.pop(0) if given and given[0] in COMMANDS else DEFAULT
    command = importlib.import_module("compare.commands." + name.replace("-", "_"))
    if hasattr(command, "begin"):  # starts what takes its time, before even the arguments are read
        command.begin(given)
    import argparse

    parser = argparse.ArgumentParser(prog=_usage_name(name), description=command.__doc__, epilog=_epilog(name))
    command.add_arguments(parser)
    try:
        code = int(command.run(parser.parse_args(given)))
        sys.stdout.flush()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader had seen enough, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _usage_name(name: str) -> str:
    return "python -m compare" if name == DEFAULT else f"python -m compare {name}"


def _epilog(name: str) -> str | None:
    if name != DEFAULT:
        return None
    others = "; ".join(f"{command}: {purpose}" for command, purpose in COMMANDS.items() if command != DEFAULT)
    return f"Other commands (each has its own --help): {others}."


if __name__ == "__main__":
    sys.exit(main())
