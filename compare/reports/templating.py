"""The templates of the pages: escaping is always on, and a name that is missing is an error, not an empty space."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compare.typed import COMMANDS

TEMPLATES = Path(__file__).parent / "templates"


def environment(**names: object) -> Environment:
    """Jinja over the bundled templates; `names` are known in all of them, and the commands as the reader types them."""
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"commands": COMMANDS, **names}
    return made
