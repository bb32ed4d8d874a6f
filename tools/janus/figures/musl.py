# SPDX-License-Identifier: BSD-2-Clause
"""Debian's musl with system calls that are IPC of its own: what makes calls in libc.a is compiled anew, from Debian's source.

The call is bench/unix/library/call.c, which asks for its slot before main.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from janus import build, output, packages, process
from janus.errors import SetupError
from janus.figures.release import Release
from janus.paths import ROOT

FOLDER = ROOT / "build" / "musl"
CALL = ROOT / "bench" / "unix" / "library" / "call.c"
INCLUDES = [f"-I{ROOT / path}" for path in ("core/uapi", "arch/x86/uapi", "personalities/l4/uapi", "lib/unix/include")]
NUMBERS = ("core/uapi", "personalities/l4/uapi")
FLAGS = "-std=gnu99 -O2 -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables -mno-red-zone -D_XOPEN_SOURCE=700 -w".split()
LIMIT = 900.0  # seconds that the longest of its steps takes at most: a package fetched by a slow line
REGISTERS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")


def library(generated: Path) -> Path:
    """The archive, made unless it is there; GENERATED is a folder of a build, which has the calls' numbers."""
    done = FOLDER / "libc.a"
    newest = max(path.stat().st_mtime for path in (CALL, Path(__file__)))
    if not done.is_file() or done.stat().st_mtime < newest:
        _make(done, generated)
    return done


def program(row: str) -> Path:
    """Where a row's program is that is linked with it, once link() has made it."""
    return FOLDER / row


def link(path: Path, release: Release) -> None:
    made = release.unix(f"{path.name}.o")
    build.make(release.folder, [made])
    archive = library(release.folder)
    if not path.is_file() or path.stat().st_mtime < max(made.stat().st_mtime, archive.stat().st_mtime):
        _do("link", "musl-gcc", "-static", str(made), str(archive), "-o", str(path))


def _make(done: Path, generated: Path) -> None:
    output.note("building musl with calls by IPC")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="janus-musl-") as name:
        folder = Path(name)
        tree = _source(folder)
        (tree / "arch" / "x86_64" / "syscall_arch.h").write_text(_calls((tree / "arch" / "x86_64" / "syscall_arch.h").read_text()))
        _do("configure", "make", "-s", "-C", str(tree), "obj/include/bits/alltypes.h", "obj/include/bits/syscall.h", "ARCH=x86_64", "srcdir=.")
        archive = folder / "libc.a"
        shutil.copy(_debian(), archive)
        objects = [_compiled(tree, path, folder) for path in _callers(tree, archive)]
        objects.append(_own(folder, generated))
        _do("replace", "ar", "r", str(archive), *map(str, objects))
        shutil.copy(archive, done)


def _source(folder: Path) -> Path:
    """Debian's source of its musl, fetched from where this machine has its packages from."""
    targets = _do("look", "apt-get", "indextargets", "--format", "deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages")
    (folder / "sources.list").write_text(targets)
    for path in ("lists/partial", "cache/archives/partial"):
        (folder / path).mkdir(parents=True)
    places = {"Dir::Etc::SourceList": "sources.list", "Dir::State::Lists": "lists", "Dir::Cache": "cache"}
    options = [word for key, path in places.items() for word in ("-o", f"{key}={folder / path}")]
    options += ["-o", "Dir::Etc::SourceParts=/dev/null", "-o", "APT::Sandbox::User=root", "-o", "APT::Update::Error-Mode=any", *packages.PATIENCE]
    version = _do("look", "dpkg-query", "-W", "-f", "${source:Version}", "musl-dev")
    _do("fetch", "apt-get", "-q", *options, "update")
    _do("fetch", "apt-get", "-q", *options, "source", "--download-only", f"musl={version}", cwd=folder)
    (packed,) = folder.glob("musl_*.orig.tar.gz")
    tree = folder / "source"
    tree.mkdir()
    _do("unpack", "tar", "-C", str(tree), "--strip-components=1", "-xf", str(packed))
    return tree


def _calls(text: str) -> str:
    """The inline calls, __syscall0 to __syscall6, become calls of ours, after which all that functions do not keep is lost."""
    head, tail = text[: text.index("static __inline long __syscall0")], text[text.index("#define VDSO_USEFUL") :]
    head += "__attribute__((visibility(\"hidden\"))) void __janus_call(void);\n"
    for count in range(len(REGISTERS) + 1):
        names = [f"a{number + 1}" for number in range(count)]
        takes = "".join(f", long {name}" for name in names)
        places = "".join(f'\tregister long r{i} __asm__("{REGISTERS[i]}") = {name};\n' for i, name in enumerate(names))
        lost = ", ".join(f'"{name}"' for name in (*REGISTERS[count:], "rcx", "r11", "cc", "memory"))
        outputs = "".join(f', "+r"(r{i})' for i in range(count))
        head += f"static __inline long __syscall{count}(long n{takes})\n{{\n{places}"
        head += f'\t__asm__ __volatile__ ("call __janus_call" : "+a"(n){outputs} : : {lost});\n\treturn n;\n}}\n'
    return head + tail


def _debian() -> Path:
    return next(Path(line) for line in _do("find", "dpkg", "-L", "musl-dev").splitlines() if line.endswith("/libc.a"))


def _callers(tree: Path, archive: Path) -> list[Path]:
    """C sources of those objects in which there is a `syscall` instruction, but for allocators', whose names are there twice. In assembler they are none of them."""
    members: set[str] = set()
    member = ""
    for line in _do("look", "objdump", "-d", str(archive)).splitlines():
        if found := re.match(r"(\S+)\.l?o: +file format", line):
            member = found[1]
        elif line.endswith("\tsyscall"):
            members.add(member)
    several = {name for name, count in Counter(_do("look", "ar", "t", str(archive)).split()).items() if count > 1}
    sources = {path.stem: path for path in sorted(tree.glob("src/*/*.c"))} | {path.stem: path for path in sorted(tree.glob("src/*/x86_64/*.c"))}
    several |= {f"{path.stem}.lo" for path in tree.glob("src/*/x86_64/*.s")}
    return [sources[name] for name in sorted(members) if name in sources and f"{name}.lo" not in several]


def _compiled(tree: Path, source: Path, folder: Path) -> Path:
    made = folder / f"{source.stem}.lo"
    includes = ["arch/x86_64", "arch/generic", "obj/src/internal", "src/include", "src/internal", "obj/include", "include"]
    _do("compile", "cc", *FLAGS, "-nostdinc", *(f"-I{tree / path}" for path in includes), "-c", str(source), "-o", str(made))
    return made


def _own(folder: Path, generated: Path) -> Path:
    made = folder / "janus-call.o"
    _do("compile", "musl-gcc", *FLAGS, *INCLUDES, *(f"-I{generated / path}" for path in NUMBERS), "-c", str(CALL), "-o", str(made))
    return made


def _do(what: str, *argv: str, cwd: Path | None = None) -> str:
    result = process.run(list(argv), LIMIT, cwd=cwd)
    if result.returncode:
        raise SetupError(f"cannot {what} musl: {argv[0]}: {packages.reason(result.stderr or result.stdout, argv[0])}")
    return result.stdout
