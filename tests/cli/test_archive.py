# SPDX-License-Identifier: BSD-2-Clause
"""Boot archives and manifests, read and written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command import ROOT

from janus import archive, manifest
from janus.archive import Archive, Entry
from janus.errors import JanusError, UsageError
from janus.manifest import ManifestError, Program

HERE = Path(__file__).resolve().parent

FILES = [Entry("b/long name", b"abcde"), Entry("a", b"\x7fELF", executable=True), Entry("empty", b"")]


def test_what_is_packed_comes_out_sorted() -> None:
    assert list(archive.unpack(archive.pack(FILES))) == sorted(FILES, key=lambda entry: entry.name)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert archive.pack(FILES) == archive.pack(reversed(FILES))


def test_the_format_is_newc() -> None:
    packed = archive.pack([Entry("a", b"12345", executable=True)])
    header = b"070701" + b"00000001" b"000081ed" b"00000000" b"00000000" b"00000001" b"00000000" b"00000005"
    assert packed.startswith(header + b"00000000" * 4 + b"00000002" + b"00000000" + b"a\0")
    assert packed[112:120] == b"12345\0\0\0"
    assert b"TRAILER!!!\0" in packed
    assert len(packed) % 4 == 0


@pytest.mark.parametrize("length", [0, 50, 109])
def test_a_truncated_header(length: int) -> None:
    with pytest.raises(JanusError, match="damaged at byte 0"):
        list(archive.unpack(archive.pack(FILES)[:length]))


def test_a_truncated_file() -> None:
    with pytest.raises(JanusError, match='ends inside "a"'):
        list(archive.unpack(archive.pack(FILES)[:115]))


def test_any_bytes_are_an_archive_or_named_an_error() -> None:
    damaged = 0
    for path in (ROOT / "tests/fuzz/corpus/archive").iterdir():
        try:
            list(archive.unpack(path.read_bytes()))
        except JanusError as error:
            damaged += str(error).startswith("the boot archive ")
    assert damaged > 0


def test_a_name_that_no_kernel_reads() -> None:
    archive.pack([Entry("x" * 255, b"")])
    with pytest.raises(JanusError, match="longer than 255 bytes"):
        archive.pack([Entry("x" * 256, b"")])


def test_files_replace_those_of_their_name() -> None:
    content = Archive((Entry("a", b"old"), Entry("b", b"kept")), ())
    assert content.with_files([Entry("a", b"new")]).files == (Entry("b", b"kept"), Entry("a", b"new"))


def test_archives_are_read_back(tmp_path: Path) -> None:
    content = Archive((Entry("a", b""),), (Program("n", "a", ("x y",), {"k": "v"}),))
    path = tmp_path / "archive"
    path.write_bytes(content.pack())
    assert archive.from_file(path) == content


def test_host_files(tmp_path: Path) -> None:
    (tmp_path / "folder" / "below").mkdir(parents=True)
    (tmp_path / "folder" / "below" / "file").write_bytes(b"1")
    (tmp_path / "program").write_bytes(b"2")
    (tmp_path / "program").chmod(0o755)
    assert list(archive.host_files(f"{tmp_path}/folder")) == [Entry("folder/below/file", b"1")]
    assert list(archive.host_files(f"{tmp_path}/folder:etc")) == [Entry("etc/below/file", b"1")]
    assert list(archive.host_files(f"{tmp_path}/program")) == [Entry("program", b"2", executable=True)]
    assert list(archive.host_files(f"{tmp_path}/program:/bin/p")) == [Entry("bin/p", b"2", executable=True)]
    with pytest.raises(UsageError, match="there is no file nosuch"):
        list(archive.host_files("nosuch:x"))


PROGRAMS = [
    ("program n p", Program("n", "p")),
    ("  program\tn p  # comment", Program("n", "p")),
    ('program n p a "b c" "" d"e f"', Program("n", "p", ("a", "b c", "", "de f"))),
    ('program n p "a=b" k=v', Program("n", "p", ("a=b",), {"k": "v"})),
    ('program n p k="v w" l=a=b m=', Program("n", "p", (), {"k": "v w", "l": "a=b", "m": ""})),
    ('program n p "#" k="#"', Program("n", "p", ("#",), {"k": "#"})),
]


@pytest.mark.parametrize(("line", "program"), PROGRAMS)
def test_manifest_lines(line: str, program: Program) -> None:
    assert manifest.parse(line) == [program]
    assert manifest.parse(manifest.write([program])) == [program]


WRONG = {
    "nosuch n p": '"nosuch" is not a kind of line: only "program" is',
    "program n": "a program needs a name and a path",
    "program n k=v": "a program needs a name and a path",
    'program n p "a': "a double quote is not closed",
    "program n p k=v a": 'the argument "a" comes after key=value',
    "program n p k=v k=w": '"k" is set twice',
    "program n p =v": '"=v" is no key=value; quote an argument that contains "="',
    'program "" p': "a program needs a name and a path",
    "program n p " + "x" * 1024: "the line is longer than 1024 bytes",
    "program n p \x01": "the line has a control character",
    "program n p" + " a" * 65: "there are more than 64 arguments or settings",
}


@pytest.mark.parametrize(("line", "said"), WRONG.items())
def test_manifest_errors_name_the_line(line: str, said: str) -> None:
    with pytest.raises(ManifestError) as caught:
        manifest.parse(f"program first p\n\n{line}\n", "the manifest")
    assert str(caught.value) == f"the manifest:3: {said}"


@pytest.fixture(scope="module")
def core_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program of this machine around core's reader of manifests."""
    reader = tmp_path_factory.mktemp("reader") / "reader"
    folders = [f"-I{ROOT}/{folder}" for folder in ("core/uapi", "arch/x86/uapi")]
    sources = [HERE / "manifest_reader.c", ROOT / "core" / "manifest.c"]
    subprocess.run(["gcc", "-std=c17", "-Wall", "-Wextra", *folders, *sources, "-o", reader], check=True)
    return reader


def read_here(text: str) -> str:
    """A manifest as manifest_reader.c prints it."""
    try:
        programs = manifest.parse(text)
    except ManifestError as error:
        return f"line {error.line}\n"
    lines = []
    for program in programs:
        settings = [f"{key}={value}" for key, value in program.settings.items()]
        lines += ["program", program.name, program.path, *(f"arg {arg}" for arg in program.args)]
        lines += [f"set {setting}" for setting in settings]
    return "".join(f"{line}\n" for line in lines)


def test_core_reads_the_same_language(core_reader: Path) -> None:
    texts = [path.read_bytes() for path in sorted((ROOT / "tests/fuzz/corpus/manifest").iterdir())]
    texts += [f"program first p\n\n{line}\n".encode() for line in [*WRONG, *(line for line, _ in PROGRAMS)]]
    for text in texts:
        core = subprocess.run([core_reader], input=text, capture_output=True, check=True).stdout
        assert read_here(text.decode(errors="surrogateescape")).encode(errors="surrogateescape") == core, text


@pytest.mark.parametrize("word", ['"', "a\nb"])
def test_what_a_manifest_cannot_hold(word: str) -> None:
    with pytest.raises(JanusError, match="a manifest cannot hold"):
        manifest.write([Program("n", "p", (word,))])
