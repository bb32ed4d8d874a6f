# SPDX-License-Identifier: BSD-2-Clause
"""Unix rows where Linux's system-call interface is served by user level of a personality: the same binaries as on Linux."""

from __future__ import annotations

from pathlib import Path

from janus import archive
from janus.figures import musl
from janus.figures.measure import Subject, padded, padding
from janus.figures.release import Release
from janus.figures.rows import Row
from janus.machine import Boot
from janus.paths import ROOT

PROGRAMS = ROOT / "bench" / "unix" / "programs"


def programs(row: Row, release: Release) -> dict[str, Path]:
    """The files of a row's guest, by their names there; `bench` is the program that measures."""
    files = {"bench": musl.program(row.name) if row.library else release.unix(row.name)}
    for entry in row.files:
        name, _, source = entry.partition("=")
        if source.startswith("@build@/"):
            files[name] = release.unix(source.removeprefix("@build@/"))
        else:
            files[name] = Path(source.replace("@programs@", str(PROGRAMS)))
    return files


def subject(row: Row, specification: Path, release: Release, kernel: Path, append: str) -> Subject:
    """As `./janus run P --with ... -- /bench` boots it."""
    paths = programs(row, release)
    files = [archive.host_file(path, name) for name, path in paths.items()]

    def boot(folder: Path, variant: int) -> Boot:
        content = archive.from_specification(specification, release.folder)
        packed = folder / f"archive{variant}"
        packed.write_bytes(content.with_files([*files, *padding(variant)]).with_arguments(["/bench"]).pack())
        return Boot(kernel, packed, padded(" ".join((*content.append, append)).rstrip(), variant))

    return Subject(row, boot, None, paths[row.image] if row.image else None)
