# SPDX-License-Identifier: BSD-2-Clause
"""Boot archives: newc cpio, the only module that a kernel is given.

An archive holds files and, at its root, the text file `manifest` (see
janus.manifest). The same content always gives the same bytes: entries are
sorted by name, with times, owners and device numbers zero.

What goes into a personality's archive is said in a specification,
`personalities/P/default.boot`, a text file with these lines:

    # a comment
    file ARCHIVE_PATH SOURCE
    program NAME PATH [args] [key=value ...]
    append WORD

SOURCE is a file of this machine: `@build@/...` is in the build folder, any
other relative path starts at the tree's root. `program` lines make the
manifest, in their order, as they stand. `append` is a word of the kernel's command
line, which is not in the archive but goes with it.

A personality can have a second one, `unix.boot`: with a server or library for
Linux's programs, and some of this machine's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from janus import manifest
from janus.errors import JanusError, UsageError
from janus.paths import ROOT, shown

MANIFEST = "manifest"

_MAGIC = b"070701"
_HEADER = 110  # bytes
_MEMBER = re.compile(_MAGIC + rb"[0-9A-Fa-f]{104}")
_TRAILER = "TRAILER!!!"
_NAME_LIMIT = 255  # bytes, that a kernel reads


@dataclass(frozen=True)
class Entry:
    name: str
    data: bytes
    executable: bool = False

    @property
    def is_elf(self) -> bool:
        return self.data.startswith(b"\x7fELF")


@dataclass(frozen=True)
class Archive:
    files: tuple[Entry, ...]
    programs: tuple[manifest.Program, ...]
    append: tuple[str, ...] = ()

    def with_files(self, files: Iterable[Entry]) -> Archive:
        """The archive with these files added, each in place of one of the same name."""
        added = {entry.name: entry for entry in files}
        kept = (entry for entry in self.files if entry.name not in added)
        return replace(self, files=(*kept, *added.values()))

    def with_arguments(self, args: Iterable[str]) -> Archive:
        """The archive with these as the arguments of the manifest's first program."""
        if not self.programs:
            raise UsageError("the manifest has no program to give arguments to")
        first = replace(self.programs[0], args=tuple(args))
        return replace(self, programs=(first, *self.programs[1:]))

    def pack(self) -> bytes:
        text = manifest.write(self.programs).encode(errors="surrogateescape")
        return pack([*self.files, Entry(MANIFEST, text)])


def pack(entries: Iterable[Entry]) -> bytes:
    ordered = sorted(entries, key=lambda entry: entry.name)
    members = [_member(entry, number) for number, entry in enumerate(ordered, 1)]
    return b"".join(members) + _member(Entry(_TRAILER, b""), 0)


def _member(entry: Entry, number: int) -> bytes:
    mode = (0o100755 if entry.executable else 0o100644) if number else 0
    name = entry.name.encode(errors="surrogateescape") + b"\0"
    if len(name) > _NAME_LIMIT + 1:
        raise JanusError(f"a name in the boot archive is longer than {_NAME_LIMIT} bytes: {entry.name}")
    fields = (number, mode, 0, 0, 1, 0, len(entry.data), 0, 0, 0, 0, len(name), 0)
    header = _MAGIC + "".join(f"{field:08x}" for field in fields).encode()
    return _padded(header + name) + _padded(entry.data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def unpack(data: bytes) -> Iterator[Entry]:
    """The regular files of a newc archive."""
    at = 0
    while True:
        header = data[at : at + _HEADER]
        if not _MEMBER.fullmatch(header):
            raise JanusError(f"the boot archive is damaged at byte {at}")
        field = [int(header[start : start + 8], 16) for start in range(6, _HEADER, 8)]
        mode, size, name_size = field[1], field[6], field[11]
        name = data[at + _HEADER : at + _HEADER + name_size].rstrip(b"\0").decode(errors="surrogateescape")
        start = (at + _HEADER + name_size + 3) & ~3
        if name == _TRAILER:
            return
        if start + size > len(data):
            raise JanusError(f'the boot archive ends inside "{name}"')
        if mode & 0o170000 == 0o100000:
            yield Entry(name, data[start : start + size], bool(mode & 0o111))
        at = (start + size + 3) & ~3


def from_file(path: Path) -> Archive:
    entries = {entry.name: entry for entry in unpack(path.read_bytes())}
    text = entries.pop(MANIFEST, Entry(MANIFEST, b"")).data.decode(errors="surrogateescape")
    return Archive(tuple(entries.values()), tuple(manifest.parse(text, f"{shown(path)}: manifest")))


def from_specification(path: Path, build: Path) -> Archive:
    """The archive that a specification describes, its `@build@` being `build`."""
    if not path.is_file():
        raise JanusError(f"{shown(path)}, which says what the boot archive holds, is missing")
    files: list[Entry] = []
    programs: list[str] = []
    append: list[str] = []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        try:
            found = [word.text for word in manifest.words(line)]
        except ValueError as error:
            raise manifest.ManifestError(shown(path), number, str(error)) from None
        kind = found[0] if found else ""
        # Blank lines in place of the others keep the manifest's line numbers right.
        programs.append("" if kind in ("file", "append") else line)
        if kind == "file":
            if len(found) != 3:
                raise manifest.ManifestError(shown(path), number, "a file needs an archive path and a source")
            files.append(_file(found[1], found[2], build, f"{shown(path)}:{number}"))
        elif kind == "append":
            append += found[1:]
    return Archive(tuple(files), tuple(manifest.parse("\n".join(programs), shown(path))), tuple(append))


def sources(path: Path, build: Path) -> list[Path]:
    """The files of this machine that a specification names; what is below `build` may have to be built yet."""
    lines = [[word.text for word in manifest.words(line)] for line in path.read_text().splitlines()]
    return [_source(found[2], build) for found in lines if len(found) == 3 and found[0] == "file"]


def _source(name: str, build: Path) -> Path:
    return ROOT / name.replace("@build@", str(build))


def _file(name: str, source: str, build: Path, place: str) -> Entry:
    path = _source(source, build)
    if not path.is_file():
        raise JanusError(f"{place}: there is no file {shown(path)}")
    return host_file(path, name)


def host_file(path: Path, name: str) -> Entry:
    return Entry(name.lstrip("/"), path.read_bytes(), bool(path.stat().st_mode & 0o111))


def host_files(request: str) -> Iterator[Entry]:
    """The files that `--with PATH[:AS]` names: one file, or all that are below a folder."""
    source, _, name = request.partition(":")
    path = Path(source)
    name = name or path.name
    if not name:
        raise UsageError(f'--with "{request}" names no file: --with PATH or --with PATH:AS')
    if path.is_dir():
        for below in sorted(path.rglob("*")):
            if below.is_file():
                yield host_file(below, f"{name}/{below.relative_to(path)}")
    elif path.is_file():
        yield host_file(path, name)
    else:
        raise UsageError(f"--with {request}: there is no file {source}")


def extract_programs(path: Path, folder: Path) -> dict[str, Path]:
    """The ELF files of a packed archive, written into a folder, by their names."""
    programs = {}
    for number, entry in enumerate(unpack(path.read_bytes())):
        if entry.is_elf:
            programs[entry.name] = folder / f"{number}"
            programs[entry.name].write_bytes(entry.data)
    return programs
