#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Copies the generated reference pages into docs/abi (update), or says which of them are stale there (check)."""

import sys
from pathlib import Path


def stale(folder, page):
    committed = folder / page.name
    return not committed.is_file() or committed.read_bytes() != page.read_bytes()


def main(action, folder, *pages):
    folder = Path(folder)
    changed = [page for page in map(Path, pages) if stale(folder, page)]
    for page in changed:
        if action == "update":
            (folder / page.name).write_bytes(page.read_bytes())
            print(f"{folder / page.name}: updated")
        else:
            print(f"{folder / page.name}: stale; run `meson compile -C BUILD abi-docs` and commit it", file=sys.stderr)
    return 1 if changed and action == "check" else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
