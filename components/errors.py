"""The one error that a user of this toolkit can cause."""


class UserError(Exception):
    """Bad input, told in one to three lines that say what to do next.

    Command lines print the message without a traceback and exit with code 2. It is raised before
    anything is created.
    """
