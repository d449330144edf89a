"""The README is the front door: its commands are run as they stand, in a fresh copy and a fresh environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from insek.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.S)
INSIDE = "INSEK_README_TEST"


def test_the_first_two_blocks_are_one_command_each():
    assert all(len(block.strip().splitlines()) == 1 for block in BLOCKS[:2])


def test_every_command_is_documented():
    assert [name for name in main.commands if f"`insek {name}" not in README and f"insek {name} " not in README] == []


def test_links_lead_somewhere():
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_place_holder_is_left():
    assert "{{" not in README


@pytest.mark.readme
@pytest.mark.skipif(INSIDE in os.environ, reason="these commands are what runs this test")
def test_both_commands_work_on_a_fresh_copy(tmp_path):
    copy = tmp_path / "insek"
    ignored = shutil.ignore_patterns(
        ".git", ".venv*", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "reports"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    (copy / "reports").mkdir()
    shutil.copy(ROOT / "reports" / "README.md", copy / "reports")
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")} | {INSIDE: "1"}

    def run(command):
        return subprocess.run(command, shell=True, cwd=copy, env=environment, capture_output=True, text=True)

    first = run(BLOCKS[0])
    assert first.returncode == 0, first.stderr
    assert "Bericht: reports/proben/index.html" in first.stdout
    assert (copy / "reports" / "proben" / "index.html").is_file()
    told = re.findall(r"^\[\d/3\] (\S+): (\d+) Seiten", README, re.M)
    found = re.findall(r"^\[\d/3\] (\S+): (\d+) Seiten", first.stderr, re.M)
    assert sorted(told) == sorted(found)  # told in the order in which they were finished
    second = run(BLOCKS[1])
    assert second.returncode == 0, second.stdout[-3000:] + second.stderr[-2000:]
    assert " passed" in second.stdout
