"""The commands: one file each, with `add_arguments(parser)` and `run(arguments) -> exit code`; `class_book.py` is what
`grade` makes of a class.

A command imports what it needs inside `run`, so that none pays for another's libraries.
"""
