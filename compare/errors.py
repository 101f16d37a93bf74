"""The one error that a reader's own file or option can raise."""


class InputError(Exception):
    """A file or an option that the reader gave cannot be used; its text is one line that names the cure."""
