# SPDX-License-Identifier: BSD-2-Clause
"""The forms of a result that people and programs read: JSON, CSV, and one HTML page that needs nothing else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from janus.errors import JanusError
from janus.matrix import page
from janus.matrix.results import Result

_FIGURES = ("first", "min", "median", "max", "user", "kernel", "idle", "repetitions", "batch")


def write(folder: Path, whole: Result) -> list[Path]:
    texts = {
        "results.json": json.dumps(whole, indent=1, ensure_ascii=False) + "\n",
        "results.csv": _csv(whole),
        "report.html": page.render(whole),
    }
    paths = [folder / name for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        _write(path, text)
    return paths


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never meets half a file."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(text)
        partial.replace(path)
    except OSError as error:
        raise JanusError(f"cannot write {path}: {error.strerror}") from None


def _csv(whole: Result) -> str:
    """A line for each cell, absent ones with their reason."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["group", "row", "system", "source", "status", *_FIGURES, "remark"])
    for row in whole["rows"]:
        for system, cell in row["cells"].items():
            figures = cell.get("figures", {})
            remark = cell.get("reason") or cell.get("error") or ""
            place = [row["group"], row["name"], system, cell.get("source", ""), cell["status"]]
            writer.writerow([*place, *(figures.get(key, "") for key in _FIGURES), remark])
    return out.getvalue()
