# SPDX-License-Identifier: BSD-2-Clause
"""The standard machine (machine.toml) and the command lines that start it."""

from __future__ import annotations

import functools
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from janus import process
from janus.errors import SetupError
from janus.paths import shown

FIRMWARES = ("bios", "uefi", "bochs")


@dataclass(frozen=True)
class Boot:
    """What is booted, and how it differs from the standard machine."""

    kernel: Path
    archive: Path | None = None
    append: str = ""
    firmware: str | None = None  # None: QEMU loads the kernel itself; else one of FIRMWARES, from an ISO
    memory: int | None = None  # MiB
    processors: int | None = None
    cpu: str = ""  # more CPU features, as QEMU writes them: "-nx,-lm"
    icount: bool | None = None  # None: as standard, but not after UEFI firmware, which waits by the clock
    kvm: bool = False  # on this machine's own processor, which has cycles and no counted instructions
    options: tuple[str, ...] = ()  # more arguments of QEMU, as they stand
    at_terminal: bool = False  # somebody types, and is to find that a second of idle time is one

    def command(self, timeout: float | None = None) -> str:
        """The ./janus command line that boots the same again."""
        words = ["./janus", "run", "--kernel", shown(self.kernel)]
        if self.archive:
            words += ["--archive", shown(self.archive)]
        if self.append:
            words.append(f"--append={self.append}")
        if self.firmware:
            words.append(f"--{self.firmware}")
        if self.memory:
            words += ["--memory", str(self.memory)]
        if self.processors:
            words += ["--smp", str(self.processors)]
        if self.cpu:
            words.append(f"--cpu={self.cpu}")
        if self.kvm:
            words.append("--kvm")
        if self.icount is not None:
            words.append("--icount" if self.icount else "--no-icount")
        words += [f"--qemu={option}" for option in self.options]
        if timeout:
            words += ["--timeout", f"{timeout:g}"]
        return shlex.join(words)


@functools.cache
def definition() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("machine.toml").read_text())


def describe() -> dict[str, Any]:
    """The machine as it is printed with results: its definition and QEMU's version."""
    qemu = dict(definition()["qemu"])
    return {"version": _version(qemu["program"], qemu["oldest"]), **qemu}


def _version(program: str, oldest: str) -> str:
    """What the emulator says that it is; an error if it is none, or older than figures can be had from."""
    try:
        said = process.run([program, "--version"], process.GOING).stdout
    except OSError as error:
        raise SetupError(f"{program}: {error.strerror}: ./janus setup installs it") from None
    line = next(iter(said.splitlines()), "")
    found = re.match(r"QEMU emulator version (\d+)\.(\d+)", line)
    if not found:
        raise SetupError(f'{program} is no QEMU: asked for its version it says "{line}"')
    if [int(part) for part in found.groups()] < [int(part) for part in oldest.split(".")]:
        raise SetupError(f"{program} is version {found[1]}.{found[2]}: figures need {oldest} or newer")
    return line


def standard(
    memory: int | None = None, processors: int | None = None, cpu: str = "", icount: bool = True, machine: str = "", kvm: bool = False,
    at_terminal: bool = False,
) -> list[str]:
    """QEMU's arguments for the standard machine alone, without what it boots and its console."""
    qemu = definition()["qemu"]
    argv = [qemu["program"], *qemu["options"]]
    argv += ["-machine", ",".join(filter(None, (qemu["machine"], machine)))]
    argv += ["-cpu", ",".join(filter(None, ("host" if kvm else qemu["cpu"], cpu)))]
    argv += ["-accel", "kvm" if kvm else "tcg", "-m", str(memory or qemu["memory"]), "-smp", str(processors or qemu["processors"])]
    if icount and not kvm:
        argv += ["-icount", qemu["terminal"]["icount"] if at_terminal else qemu["icount"]]
    argv += ["-seed", str(qemu["seed"]), "-rtc", qemu["clock"]]
    argv += ["-device", f"isa-debug-exit,iobase={qemu['exit_port']:#x},iosize=4"]
    return argv


def argv(boot: Boot, *, iso: Path | None = None, variables: Path | None = None) -> list[str]:
    """QEMU's arguments for a boot, without the console.

    A firmware boots `iso`; UEFI also keeps its variables in the file `variables`.
    """
    qemu = definition()["qemu"]
    machine = "" if boot.firmware else qemu["direct_machine"]
    icount = boot.firmware != "uefi" if boot.icount is None else boot.icount
    arguments = standard(boot.memory, boot.processors, boot.cpu, icount, machine, boot.kvm, boot.at_terminal)
    if boot.firmware is None:
        arguments += ["-kernel", str(boot.kernel)]
        if boot.archive:
            arguments += ["-initrd", str(boot.archive)]
        if boot.append:
            arguments += ["-append", boot.append]
    else:
        arguments += ["-drive", f"id=iso,if=none,format=raw,readonly=on,media=cdrom,file={_value(iso)}"]
        arguments += ["-device", f"{qemu['iso_device']},drive=iso"]
    if boot.firmware == "uefi":
        code = qemu["uefi"]["code"]
        arguments += ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={code}"]
        arguments += ["-drive", f"if=pflash,unit=1,format=raw,file={_value(variables)}"]
    return [*arguments, *boot.options]


def bochs_configuration(boot: Boot, image: Path, serial: str, log: Path) -> str:
    """Bochs's configuration file for a boot from an ISO, its serial port being a terminal."""
    bochs = definition()["bochs"]
    memory = boot.memory or bochs["memory"]
    lines = [
        f"cpu: model={bochs['cpu']}, ips={bochs['ips']}",
        f"memory: guest={memory}, host={memory}",
        f"romimage: file={bochs['bios']}",
        f"vgaromimage: file={bochs['video_bios']}",
        "ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14",
        f"ata0-master: type=cdrom, path={image}, status=inserted",
        "boot: cdrom",
        f"com1: enabled=1, mode=term, dev={serial}",
        f"clock: sync=none, time0={bochs['clock']}",
        "display_library: term",
        f"log: {log}",
    ]
    return "\n".join(lines) + "\n"


def _value(path: Path | None) -> str:
    """A path as the value of a QEMU option, where a comma is written twice."""
    return str(path).replace(",", ",,")


def verdict(status: int) -> int | None:
    """The guest's code in an exit status of QEMU, or None if that was QEMU's own."""
    code = (status >> 1) - 0x10
    return code if status & 1 and code >= 0 else None
