# SPDX-License-Identifier: BSD-2-Clause
"""Exit codes, and the errors that end a command with one clear line."""

OK = 0
FAILED = 1  # the guest reported failure, panicked or refused to boot; a test or build failed
USAGE = 2  # the command line names something that does not exist or cannot be
SETUP = 3  # something is missing on this machine, or QEMU itself could not do it
TIME_LIMIT = 124  # a run exceeded its time limit
INTERRUPTED = 130  # Ctrl-C


class JanusError(Exception):
    """One line that names the thing and says what to do."""

    exit_code = FAILED


class UsageError(JanusError):
    exit_code = USAGE


class SetupError(JanusError):
    exit_code = SETUP
