#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the files that a page of the documentation shows: each is a code block behind a line `<!-- file: NAME -->`."""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^<!-- file: (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main(page: str, folder: str, *names: str) -> int:
    found = dict(BLOCK.findall(Path(page).read_text(encoding="utf-8")))
    if sorted(found) != sorted(names):
        print(f"{page}: shows {sorted(found)}, expected {sorted(names)}", file=sys.stderr)
        return 1
    for name, text in found.items():
        Path(folder, name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
