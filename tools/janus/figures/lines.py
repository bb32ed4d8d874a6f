# SPDX-License-Identifier: BSD-2-Clause
"""How many lines of code a C or assembler source has."""

from __future__ import annotations

import re

_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.DOTALL)


def code_lines(text: str) -> int:
    """Lines on which something is left when comments are taken away; what looks like one in a string is none."""
    left = _STRING_OR_COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else "\n" * found[0].count("\n"), text)
    return sum(bool(line.strip()) for line in left.splitlines())
