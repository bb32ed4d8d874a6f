# SPDX-License-Identifier: BSD-2-Clause
"""Linux on the standard machine: Debian's kernel, which is fetched and unpacked and never installed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from janus import archive, output, packages, process, qemu
from janus.errors import JanusError, SetupError
from janus.figures import unix
from janus.figures.lines import code_lines
from janus.figures.measure import TIME_LIMIT, Subject, padded, padding
from janus.figures.release import Release
from janus.figures.rows import Row
from janus.machine import Boot
from janus.paths import BUILD, ROOT

PACKAGE = "linux-image-cloud-amd64"  # depends on the kernel of the day
FOLDER = BUILD / "linux"
LEAN = FOLDER / "lean"
LEAN_CONFIG = ROOT / "bench" / "unix" / "lean.config"

# The kernel tries its ciphers and reads certificates when it starts, for a thousand million instructions that no row sees.
# It also waits for two tenths of a second, to learn how fast a timer is that nothing else here needs: the HPET ticks instead.
SHORT_START = "nolapic_timer cryptomgr.notests initcall_blacklist=load_system_certificate_list"
BUILT = 7200.0  # seconds in which a kernel is built
LOUD = "console=ttyS0 panic=-1"
APPEND = "console=ttyS0 quiet panic=-1"


@dataclass(frozen=True)
class Kernel:
    image: Path
    version: str
    lines: int = 0  # that it is compiled from; known of one that is built here


def kernel(kind: str) -> Kernel:
    return lean() if kind == "lean" else stock()


def lean() -> Kernel:
    """The same source with what a Unix needs alone, built here unless it is there: this takes minutes."""
    image, lines = LEAN / "bzImage", LEAN / "lines"
    if not (image.is_file() and lines.is_file()):
        _build_lean()
    return Kernel(image, (LEAN / "version").read_text().strip() + " (lean)", int(lines.read_text()))


def _build_lean() -> None:
    packages.require("linux-lean")
    (source,) = Path("/usr/src").glob("linux-source-*.tar.xz")
    tree = LEAN / "source"
    shutil.rmtree(LEAN, ignore_errors=True)
    tree.mkdir(parents=True)
    output.note(f"building Linux from {source.name}: minutes")
    _do("unpack", "tar", "-C", str(tree), "--strip-components=1", "-xf", str(source))
    fragment = LEAN_CONFIG.read_text()
    _do("configure", "make", "-C", str(tree), "-s", "tinyconfig")
    with (tree / ".config").open("a") as config:
        config.write(fragment)
    _do("configure", "make", "-C", str(tree), "-s", "olddefconfig")
    _check_config(tree, fragment)
    _do("build", "make", "-C", str(tree), "-s", f"-j{os.cpu_count() or 1}", "bzImage")
    (LEAN / "lines").write_text(str(sum(code_lines(path.read_text(errors="replace")) for path in _compiled_from(tree))))
    (LEAN / "version").write_text(_do("name", "make", "-C", str(tree), "-s", "kernelrelease"))
    partial = LEAN / "partial"
    shutil.copy(tree / "arch" / "x86" / "boot" / "bzImage", partial)
    partial.rename(LEAN / "bzImage")
    shutil.rmtree(tree)


def _compiled_from(tree: Path) -> set[Path]:
    """The files of the source, not made ones, that the compiler has read for the kernel itself; Kbuild keeps lists of them."""
    found: set[Path] = set()
    for listed in tree.rglob(".*.o.cmd"):
        if listed.relative_to(tree).parts[0] not in ("scripts", "tools", "usr"):
            found.update(tree / word for word in listed.read_text().split() if word.endswith((".c", ".h", ".S")) and "generated" not in word)
    return {path for path in found if path.is_file() and path.is_relative_to(tree)}


def kernel_bytes(kernel: Kernel) -> int:
    """As the kernel itself says it when it starts."""
    with tempfile.TemporaryDirectory(prefix="janus-") as folder:
        nothing = Path(folder, "archive")
        nothing.write_bytes(archive.pack([]))
        console = qemu.run(Boot(kernel.image, nothing, LOUD), qemu.Terminal(), TIME_LIMIT).console
    found = re.search(r"Memory: .*\((\d+)K kernel code, (\d+)K rwdata, (\d+)K rodata, (\d+)K init, (\d+)K bss", console)
    if not found:
        raise JanusError(f"{kernel.version} does not say how large it is")
    return 1024 * sum(map(int, found.groups()))


def _check_config(tree: Path, fragment: str) -> None:
    """What was asked for must have been taken: an option that has gone or depends on another is dropped in silence."""
    taken = set((tree / ".config").read_text().splitlines())
    for line in fragment.splitlines():
        off = line.startswith("# CONFIG_")
        if line.startswith("CONFIG_") and line not in taken or off and f"{line[2:].split()[0]}=y" in taken:
            raise SetupError(f"cannot configure Linux's kernel: it does not take \"{line}\"")


def stock() -> Kernel:
    """Debian's kernel for virtual machines, fetched unless it is there."""
    found = sorted(FOLDER.glob("stock/boot/vmlinuz-*"))
    if not found:
        _fetch()
        found = sorted(FOLDER.glob("stock/boot/vmlinuz-*"))
    if not found:
        raise SetupError(f"{PACKAGE}: the package holds no kernel")
    return Kernel(found[-1], found[-1].name.removeprefix("vmlinuz-"))


def _fetch() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    package = _newest()
    _do("fetch", "apt-get", "-q", *packages.PATIENCE, "-o", "APT::Sandbox::User=root", "download", package)
    (file,) = FOLDER.glob(f"{package}_*.deb")
    partial = FOLDER / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    _do("unpack", "dpkg-deb", "-x", str(file), str(partial))
    partial.rename(FOLDER / "stock")
    file.unlink()


def _newest() -> str:
    """The package of the kernel that Debian's name for "the newest" stands for."""
    found = re.search(r"Depends: (linux-image-\S+)", _do("find", "apt-cache", "depends", PACKAGE))
    if not found:
        raise SetupError(f"{PACKAGE}: the package lists do not have it; run apt-get update")
    return found[1]


def _do(what: str, *argv: str) -> str:
    FOLDER.mkdir(parents=True, exist_ok=True)
    result = process.run(list(argv), BUILT, cwd=FOLDER)
    if result.returncode:
        raise SetupError(f"cannot {what} Linux's kernel: {argv[0]}: {packages.reason(result.stderr or result.stdout, argv[0])}")
    return result.stdout


def guest_files(row: Row, release: Release) -> dict[str, Path]:
    """What the guest of a Unix row holds, by its names there."""
    return {"init": release.unix("init"), **unix.programs(row, release)}


def subject(row: Row, release: Release, kernel: Kernel, append: str) -> Subject:
    """A Unix row as the only program of a Linux guest."""
    paths = guest_files(row, release)
    files = [archive.host_file(path, name) for name, path in paths.items()]
    start = APPEND if row.source == "boot" else f"{APPEND} {SHORT_START}"

    def boot(folder: Path, variant: int) -> Boot:
        packed = folder / f"archive{variant}"
        packed.write_bytes(archive.pack([*files, *padding(variant)]))
        return Boot(kernel.image, packed, padded(f"{start} {append}".rstrip(), variant))

    return Subject(row, boot, None, paths[row.image] if row.image else None)
