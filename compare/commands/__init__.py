"""The commands: one file each, with `add_arguments(parser)` and `run(arguments) -> exit code`.

A command imports what it needs inside `run`, so that none pays for another's libraries.
"""
