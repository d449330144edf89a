from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.domain import content_id
from insek.errors import InputError, MissingInputError, OutputError
from insek.store import folder_digest, read_jsonl, remove, write_atomic, write_jsonl

json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda v: st.lists(v, max_size=3))


@given(st.lists(st.dictionaries(st.text(max_size=5), json_values, max_size=4), max_size=5))
def test_jsonl_round_trip(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    write_jsonl(path, records)
    assert [r for _, r in read_jsonl(path)] == records


def test_broken_line_is_named(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n\n{"a": \n', "utf-8")
    with pytest.raises(InputError, match="Zeile 3"):
        list(read_jsonl(path))


@pytest.mark.parametrize("line", ["[" * 100_000, '{"a": ' * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_line_that_no_reader_survives_is_named(tmp_path, line):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"a": 1}}\n{line}\n', "utf-8")
    with pytest.raises(InputError, match="Zeile 2"):
        list(read_jsonl(path))


def test_missing_file_is_named(tmp_path):
    with pytest.raises(MissingInputError, match="gibt es nicht"):
        list(read_jsonl(tmp_path / "fehlt.jsonl"))


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "ordner").mkdir()
    (tmp_path / "ordner" / "inhalt").write_text("alt")
    with pytest.raises(OutputError, match="ist ein Ordner"):
        write_atomic(tmp_path / "ordner", "neu")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ordner"]
    assert (tmp_path / "ordner" / "inhalt").read_text() == "alt"


def test_what_is_no_text_in_utf_8_is_told_in_german(tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"a": "ä"}\n'.encode("cp1252"))
    with pytest.raises(InputError, match="keine Textdatei in UTF-8"):
        list(read_jsonl(tmp_path / "a.jsonl"))
    with pytest.raises(InputError, match="ist ein Ordner"):
        list(read_jsonl(tmp_path))


def test_a_file_that_is_open_elsewhere_is_named_when_it_must_go(tmp_path, monkeypatch):
    def locked(self: Path, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied")  # what Windows says of a file that a viewer holds

    remove(tmp_path / "fehlt.pdf")
    monkeypatch.setattr(Path, "unlink", locked)
    with pytest.raises(OutputError, match=r"kopie\.pdf kann nicht ersetzt werden .*geöffnet"):
        remove(tmp_path / "kopie.pdf")


def test_folder_digest_sees_names_and_contents_but_not_line_ends(tmp_path):
    for name, content in (("a", b"x\n"), ("b", b"x\r\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "r.yaml").write_bytes(content)
    assert folder_digest(tmp_path / "a", ["*.yaml"]) == folder_digest(tmp_path / "b", ["*.yaml"])
    (tmp_path / "b" / "r.yaml").rename(tmp_path / "b" / "s.yaml")
    assert folder_digest(tmp_path / "a", ["*.yaml"]) != folder_digest(tmp_path / "b", ["*.yaml"])


def test_content_id_does_not_join_strings():
    assert content_id("a", "bc") != content_id("ab", "c")
