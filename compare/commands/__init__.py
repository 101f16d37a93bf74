"""The commands: one file each, with `add_arguments(parser)` and `run(arguments) -> exit code`.

`--lang` is every command's, and is added by `__main__`. A report that one command alone prints stands in that command's
file, all others in `reports/`. `class_book.py` is what `grade` makes of a class.

A command imports what it needs inside `run`, so that none pays for another's libraries.
"""
