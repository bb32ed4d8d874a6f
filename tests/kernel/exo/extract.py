#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The C program that a page shows: extract.py PAGE OUTPUT."""

import re
import sys
from pathlib import Path

page, output = map(Path, sys.argv[1:])
found = re.findall(r"^```c\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
if len(found) != 1:
    sys.exit(f"{page}: {len(found)} programs in C, not one")
output.write_text(found[0])
