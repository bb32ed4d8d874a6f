# SPDX-License-Identifier: BSD-2-Clause
"""A GRUB image that boots from a CD or a stick, on BIOS and on UEFI machines."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from janus import process
from janus.errors import JanusError, SetupError

LIMIT = 120.0  # seconds in which an image is written

# Only what the configuration below uses, and what GRUB looks for when it begins on UEFI machines; a
# full image has 300 modules, fonts and translations.
_PARTITIONS = "acorn amiga apple bsd dfly dvh gpt msdos plan sun sunpc"
_MODULES = "normal echo multiboot2 serial terminal all_video " + " ".join(f"part_{k}" for k in _PARTITIONS.split())
_LEAN = [f"--install-modules={_MODULES}", "--fonts=", "--locales=", "--themes=", "--compress=no"]

_CONFIGURATION = """\
serial --unit=0 --speed=115200
terminal_input serial console
terminal_output serial console
insmod all_video
multiboot2 /boot/janus {append}
{module}
echo
boot
"""


def write(image: Path, kernel: Path, archive: Path | None, append: str) -> None:
    with tempfile.TemporaryDirectory(prefix="janus-") as folder:
        boot = Path(folder, "boot")
        (boot / "grub").mkdir(parents=True)
        shutil.copy(kernel, boot / "janus")
        if archive:
            shutil.copy(archive, boot / "archive")
        module = "module2 /boot/archive" if archive else ""
        configuration = _CONFIGURATION.format(append=_quoted(append), module=module)
        (boot / "grub" / "grub.cfg").write_text(configuration)
        argv = ["grub-mkrescue", *_LEAN, "-o", str(image), folder]
        result = process.run(argv, LIMIT)
        if result.returncode:
            said = result.stderr.strip().splitlines() or ["no message"]
            raise SetupError(f"grub-mkrescue could not write {image}: {said[-1]}")


def _quoted(append: str) -> str:
    """The command line as words of GRUB's language, which is the shell's here."""
    if "'" in append or "\n" in append:
        raise JanusError("a command line in an ISO cannot hold single quotes or line breaks")
    return " ".join(f"'{word}'" for word in append.split())
