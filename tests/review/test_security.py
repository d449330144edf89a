"""The door of the desk, asked by plain HTTP: host, token, form token, paths, sizes, headers."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import time

import pytest

from .desks import DeskProcess


@pytest.fixture(scope="module")
def desk(screened, project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuer")
    shutil.copytree(screened, folder / "stadt")
    home = folder / "projekt"
    (home / "corpus" / "labels").mkdir(parents=True)
    shutil.copytree(project.root / "rules", home / "rules")
    shutil.copytree(project.root / "models", home / "models")
    (home / "insek.toml").write_text(f'[insek]\nguideline = "{project.guideline_name}"\n', "utf-8")
    with DeskProcess(folder / "stadt" / "lauf", home, "Ute", "--plans", str(folder / "stadt" / "plaene")) as desk:
        desk.enter()
        desk.run = folder / "stadt" / "lauf"
        yield desk


PASSAGE = "/passage?q=audit&seed=20231"


def test_the_start_page_needs_the_token(desk):
    stranger = {"Cookie": "insek_desk=x"}
    assert desk.ask("GET", "/", headers=stranger)[0] == 403
    assert desk.ask("GET", "/?token=falsch", headers=stranger)[0] == 403
    assert desk.ask("GET", "/desk.js", headers=stranger)[0] == 403
    assert desk.ask("GET", "/")[0] == 200


def test_the_token_leaves_the_address_and_the_cookie_is_closed(desk):
    status, headers, _ = desk.ask("GET", f"/passage?q=audit&token={desk.token}")
    assert (status, headers["location"]) == (303, "/passage?q=audit")
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("host", ["boese.example", "boese.example:{port}", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_foreign_host_is_refused(desk, host):
    status, _, text = desk.ask("GET", "/", headers={"Host": host.format(port=desk.port)})
    assert status == 421
    assert "Prüfplatz" in text


def test_it_listens_on_loopback_only(desk):
    with socket.socket() as sock:
        sock.settimeout(2)
        address = next((a[4][0] for a in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
                        if not a[4][0].startswith("127.")), None)  # fmt: skip
        if address is None:
            pytest.skip("this machine has no address but loopback")
        with pytest.raises(OSError):  # noqa: PT011 - refused or timed out, by system
            sock.connect((address, desk.port))


def test_every_post_needs_the_form_token_and_the_own_origin(desk):
    fields = desk.form(PASSAGE)
    for path in ("/entscheiden", "/zurueck", "/modelle/start", "/modelle/ende"):
        for given in ({}, {"csrf": "falsch"}, {"csrf": "ü"}):
            assert desk.ask("POST", path, {**fields, "csrf": "", **given})[0] == 403
        assert desk.ask("POST", path, fields, {"Origin": "https://boese.example"})[0] == 403
        assert desk.ask("POST", path, fields, {"Origin": "null", "Sec-Fetch-Site": "cross-site"})[0] == 403
    assert not (desk.run / "reviews.jsonl").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/bild/../../etc/passwd/1.png",
        "/bild/..%2f..%2fetc/1.png",
        "/bild/loheck/0.png",
        "/bild/loheck/99.png",
        "/bild/loheck/-1.png",
        "/bild/anderswo/1.png",
        "/bericht/..",
        "/bericht/..%2f..%2fprojekt",
        "/bericht/nirgends",
        "/../../etc/passwd",
        "/passage?q=audit&p=../../etc/passwd",
        "/passage?q=audit&p=loheck/nichts",
        "/passage?q=cell&plan=..&f=social&s=goals",
        "/passage?q=nichts",
        "/passage?q=audit&seed=99999999999999999999",
        "/passage?q=audit&seed=%C2%B2",
        "/?plan=..",
    ],
)
def test_only_what_the_run_knows_is_served(desk, path):
    status, _, text = desk.ask("GET", path)
    assert status == 404
    assert "root:" not in text


def test_large_and_strange_bodies_are_refused(desk):
    fields = desk.form(PASSAGE)
    assert desk.ask("POST", "/entscheiden", {**fields, "comment": "x" * 70_000})[0] == 413
    assert desk.ask("POST", "/entscheiden", [*fields.items(), *[("theme", "x")] * 500])[0] == 413
    assert desk.ask("PUT", "/entscheiden", fields)[0] == 405
    with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as sock:  # a body without a length
        head = (f"POST /entscheiden HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nCookie: {desk.cookie}\r\n"
                "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")  # fmt: skip
        sock.sendall(head.encode() + b"".join(b"2710\r\n" + b"x" * 10_000 + b"\r\n" for _ in range(8)) + b"0\r\n\r\n")
        assert b" 413 " in sock.recv(200)


def test_the_answers_carry_the_headers(desk):
    for path in ("/", "/desk.js", "/bild/loheck/1.png", PASSAGE, "/gibtesnicht"):
        headers = desk.ask("GET", path)[1]
        assert "script-src 'self'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
    report = desk.ask("GET", "/bericht/loheck")[1]["content-security-policy"]
    assert "default-src 'none'" in report
    assert "script-src" not in report


def test_a_page_has_no_inline_script_and_no_foreign_address(desk):
    for path in ("/", PASSAGE, "/modelle", "/einigkeit", "/codebuch"):
        text = desk.ask("GET", path)[2]
        assert "https://" not in text.replace("https://www.", ""), path
        assert text.count("<script") == 1
        assert " onclick" not in text
        assert " style=" not in text


def test_made_up_labels_are_not_written(desk):
    fields = desk.form(PASSAGE)
    assert desk.ask("POST", "/entscheiden", {**fields, "offered": "", "theme": "", "saw": "²"})[0] == 422
    status, _, text = desk.ask("POST", "/entscheiden", {**fields, "offered": "", "theme": "erfunden", "act": "accept"})
    assert status == 422
    assert "Noch nichts gewählt" in text
    assert not (desk.run / "reviews.jsonl").exists()


def test_models_that_are_none_become_no_command(desk):
    fields = {"csrf": desk.form(PASSAGE)["csrf"], "job": "evaluate", "model": "--help"}
    status, _, text = desk.ask("POST", "/modelle/start", fields)
    assert status == 400
    assert "Dieses Modell gibt es nicht" in text
    assert desk.ask("GET", "/modelle/stand")[2] == "{}"


def test_one_job_at_a_time_and_its_output_is_told(desk):
    csrf = desk.form(PASSAGE)["csrf"]
    assert desk.ask("POST", "/modelle/start", {"csrf": csrf, "job": "report"})[0] == 303
    status, _, text = desk.ask("POST", "/modelle/start", {"csrf": csrf, "job": "report"})
    assert status == 400
    assert "läuft noch" in text
    while (state := json.loads(desk.ask("GET", "/modelle/stand")[2]))["running"]:
        time.sleep(0.2)
    assert state["verdict"] == "Fertig."
    assert "1 Bericht neu geschrieben" in state["output"]
    assert desk.ask("POST", "/modelle/start", {"csrf": csrf, "job": "report"})[0] == 303
    assert desk.ask("POST", "/modelle/ende", {"csrf": csrf})[0] == 303
    assert json.loads(desk.ask("GET", "/modelle/stand")[2])["verdict"] == "Abgebrochen."
    assert desk.ask("POST", "/modelle/start", {"csrf": csrf, "job": "rm"})[0] == 404


def test_ctrl_c_closes_it_without_an_error(screened, tmp_path):
    shutil.copytree(screened, tmp_path / "stadt")
    desk = DeskProcess(tmp_path / "stadt" / "lauf", tmp_path, "Ina")
    desk.enter()
    desk.process.send_signal(signal.SIGINT)
    desk.process.communicate(timeout=60)
    assert desk.process.returncode == 0
    told = (tmp_path / "stadt" / "fehler-Ina.txt").read_text("utf-8")
    assert told.splitlines()[-1] == "Prüfplatz geschlossen. Alle Entscheidungen sind gespeichert."


def test_looking_changes_no_file(desk):
    def stamps():
        return {p: p.stat().st_mtime_ns for p in desk.run.rglob("*") if p.is_file()}

    before = stamps()
    for path in ("/", PASSAGE, "/einigkeit", "/modelle"):
        assert desk.ask("GET", path)[0] == 200
    assert stamps() == before
