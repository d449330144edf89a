"""Damages PDF files the way disks, mail gateways and attackers do: bits, cuts, tokens, objects, streams."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader, PdfWriter

_TOKEN = re.compile(rb"/[A-Za-z]{2,}|\d+|<<|>>|\[|\]|\bobj\b|\bendobj\b|\bstream\b|\bR\b")
_OBJECT = re.compile(rb"\d+ \d+ obj\b.*?endobj", re.S)
_STREAM = re.compile(rb"(stream\r?\n)(.*?)(\r?\nendstream)", re.S)
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"255",
    b"65535",
    b"2147483647",
    b"4294967296",
    b"99999999999999999999",
    b"1e999",
    b"-0.0",
)
_MOST = 400_000
"""Bytes of a seed: mutants of larger ones only cost time."""


def seeds(paths: list[Path], pages: int, rng: random.Random) -> list[bytes]:
    """Small files of one to three pages cut from each plan, up to `pages` pages of it."""
    found = []
    for path in paths:
        reader = PdfReader(path)
        numbers = sorted(rng.sample(range(len(reader.pages)), min(pages, len(reader.pages))))
        while numbers:
            part, numbers = numbers[: (size := rng.randint(1, 3))], numbers[size:]
            found.append(_extract(reader, part))
    return [data for data in found if len(data) <= _MOST]


def _extract(reader: PdfReader, numbers: list[int]) -> bytes:
    import io

    writer = PdfWriter()
    for number in numbers:
        writer.add_page(reader.pages[number])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def mutant(seed: bytes, rng: random.Random) -> bytes:
    """A damaged copy: one to four kinds of damage, one after another."""
    data = seed
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(KINDS)(data, rng) or b"%PDF-1.7\n"
    return data


def flip(data: bytes, rng: random.Random) -> bytes:
    """Single bits anywhere."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 8, 64))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(data: bytes, rng: random.Random) -> bytes:
    """The end, the beginning or a piece from the middle is missing."""
    a, b = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    return rng.choice((data[:a], b"%PDF-1.4\n" + data[a:], data[:a] + data[b:]))


def doubled(data: bytes, rng: random.Random) -> bytes:
    """A piece stands somewhere else once more."""
    a = rng.randrange(len(data))
    piece = data[a : a + rng.randint(1, 2000)]
    at = rng.randrange(len(data))
    return data[:at] + piece + data[at:]


def tokens(data: bytes, rng: random.Random) -> bytes:
    """Names, numbers, brackets and keywords change places or become extreme."""
    found = list(_TOKEN.finditer(data))
    if not found:
        return data
    for _ in range(rng.randint(1, 12)):
        one, other = rng.choice(found), rng.choice(found)
        wanted = rng.choice(_NUMBERS) if one[0].isdigit() and rng.random() < 0.6 else other[0]
        data = data[: one.start()] + wanted + data[one.end() :]
        found = [t for t in found if t.end() <= one.start()] or found[:1]
    return data


def objects(data: bytes, rng: random.Random) -> bytes:
    """Objects vanish, or take the place of others: references then point to nothing, to themselves, in rings."""
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return data
    one, other = rng.choice(found), rng.choice(found)
    head = one[0].split(b"obj", 1)[0]
    body = other[0].split(b"obj", 1)[1]
    return data[: one.start()] + (b"" if rng.random() < 0.5 else head + b"obj" + body) + data[one.end() :]


def rings(data: bytes, rng: random.Random) -> bytes:
    """References are bent to other objects."""
    found = list(re.finditer(rb"(\d+) 0 R", data))
    for one in rng.sample(found, min(len(found), rng.randint(1, 4)))[:1]:
        target = rng.choice(found)[1]
        data = data[: one.start(1)] + target + data[one.end(1) :]
    return data


def contents(data: bytes, rng: random.Random) -> bytes:
    """A stream is unpacked, its operators are damaged, and it is packed again; or its packed bytes are."""
    found = list(_STREAM.finditer(data))
    if not found:
        return data
    one = rng.choice(found)
    try:
        inner = zlib.compress(rng.choice((flip, cut, tokens, doubled))(zlib.decompress(one[2]) or b" ", rng))
    except zlib.error:
        inner = flip(one[2] or b" ", rng)
    return data[: one.start(2)] + inner + data[one.end(2) :]


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, cut, doubled, tokens, tokens, objects, rings, contents, contents, contents,
)  # fmt: skip
