"""Hostile input at the door: each answered with a problem that says what to do, and intake goes on as if nothing had been."""

import gzip
import json
import socket
import struct
import time
import zlib
from urllib.parse import urlsplit

import pytest
import requests

import pictures
from client import code_of, eventually, key

GOOD = {"description": "Lampu jalan padam sejak kemarin malam, gelap sekali.", "category": "lighting.street", "area_code": "64.09.01"}
BYTES = {"Content-Type": "application/octet-stream"}
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def survives(demo):
    """The same process answers after every test of this file, and a complaint still gets in."""
    def process():
        metrics = requests.get(demo.url("intake") + "/metrics", timeout=10).text
        return next(line for line in metrics.splitlines() if line.startswith("process_start_time_seconds"))

    before = process()
    yield
    assert process() == before, "intake was started again"
    demo.submit(**GOOD)


def raw(url, data, seconds=30):
    """Everything that the server says to these bytes before it ends the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=seconds) as line:
        try:
            line.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough
        answer = b""
        try:
            while piece := line.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def test_ten_megabytes_of_json(demo):
    body = json.dumps({"description": "x" * 10 * MEGABYTE, "area_code": "64.09.01"}).encode()
    for path in ("/v1/complaints", "/v1/similar"):
        assert code_of(demo.call("POST", "intake", path, raw=body, expect=413)) == "too_large"
    # Without a length nobody can know in advance: it is cut off where the limit is.
    pieces = (body[at:at + 65536] for at in range(0, len(body), 65536))
    try:
        answer = requests.post(demo.url("intake") + "/v1/complaints", data=pieces, headers={"Content-Type": "application/json"}, timeout=30)
        assert answer.status_code == 413 and code_of(answer) == "too_large"
    except requests.ConnectionError:
        pass  # the answer came while this side was still sending


@pytest.mark.parametrize("body", [
    b"[" * 500_000,
    b'{"a":' * 150_000,
    b'{"description":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"attributes":' + b'{"a":' * 1000 + b"1" + b"}" * 1000 + b"}",
], ids=["lists", "objects", "closed lists", "attributes"])
def test_deep_nesting(demo, body):
    problem = demo.call("POST", "intake", "/v1/complaints", raw=body, expect=400)
    assert code_of(problem) == "malformed_json" and "deep" in problem.json()["detail"]


@pytest.mark.parametrize("body", [
    b'{"description":"\xff\xfe rusak rusak rusak"}', b'{"description":"\xc0\xaf kependekan palsu"}', b'{"description":"\xed\xa0\x80 separuh"}',
    b'{"description":"\\ud800 separuh pasangan"}', b'{"description":"\xf4\x90\x80\x80 di luar"}', '{"description":"utf-16"}'.encode("utf-16"),
    b'{"description":"a\x00b"}', b'\xef\xbb\xbf\xef\xbb\xbf{}', gzip.compress(b'{"description":"' + b"0" * 50 * MEGABYTE + b'"}'),
    b'{"lat":1e999999}', b'{"lat":' + b"9" * 200_000 + b"}", b'{"lat":-}', b'{"lat":NaN}', b'{"a":1,"a":2}' + b"}" * 9,
], ids=["no utf-8", "overlong", "surrogate", "escaped surrogate", "beyond", "utf-16", "nul", "marks", "gzip bomb", "infinite", "long number", "minus",
        "nan", "tail"])
def test_broken_text(demo, body):
    problem = demo.call("POST", "intake", "/v1/complaints", raw=body, expect=(400, 422))
    assert code_of(problem) in ("malformed_json", "validation")


def test_text_that_no_database_keeps(demo):
    problem = demo.call("POST", "intake", "/v1/complaints", body={**GOOD, "description": "Kosong \0 di tengah kalimat ini."}, expect=(400, 422))
    assert code_of(problem) in ("malformed_json", "validation")
    # Everything else that Unicode has is kept as it was sent.
    odd = "Lampu \u202eterbalik\u202c, \U0001f4a1 padam, e\u0301 dan \ufeff di gang."
    receipt = demo.submit(**{**GOOD, "description": odd}).json()
    assert demo.follow(receipt)["description"] == odd


@pytest.mark.parametrize("path", ["/v1/complaints/%ff%fe", "/v1/complaints/%00", "/v1/complaints?q=%ff", "/v1/complaints?limit=%00", "/v1/areas?lat=%ff&long=1",
                                  "/v1/complaints/..%2f..%2fetc%2fpasswd", "/v1/complaints?cursor=%f0%28%8c%bc", "/follow/%ff", "/?lang=%ff",
                                  "/static/..%2f..%2fetc%2fpasswd", "/open311/v2/requests/%ff.json", "/v1/" + "a" * 60_000])
def test_broken_addresses(demo, path):
    answer = requests.get(demo.url("intake") + path, timeout=30, allow_redirects=False)
    assert answer.status_code < 500, answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"GET / HTTP/9.9\r\n\r\n", b"GET /v1/complaints HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000,
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n", b"POST /v1/complaints HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /v1/complaints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/complaints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
], ids=["tls", "version", "many headers", "long header", "negative length", "two lengths", "huge chunk"])
def test_what_is_no_http(demo, data):
    answer = raw(demo.url("intake"), data.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:200]


@pytest.mark.parametrize("head, body", [
    ({"Content-Type": "application/x-www-form-urlencoded"}, b"description=%ff%fe&csrf_token=x"),
    ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=b&" * 100_000),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n" * 100_000),
    ({"Content-Type": "multipart/form-data"}, b"--x--"),
    ({"Content-Type": "text/plain"}, b"halo"),
], ids=["broken", "many fields", "many parts", "no boundary", "no form"])
def test_broken_forms(demo, head, body):
    for path in ("/", "/follow", "/open311/v2/requests.json"):
        answer = requests.post(demo.url("intake") + path, data=body, headers=head, timeout=30)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)


# ---- slow senders, on an instance with little patience

def finished(url, data, more, patience):
    """Sends `data`, then a byte of `more` now and then; what the server said until it ended the connection, `None` if it never did."""
    said = b""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(data)
        line.settimeout(0.2)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                line.sendall(more)
                piece = line.recv(4096)
                if piece == b"":
                    return said
                said += piece
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                return said
    return None


HEAD = b"POST /v1/complaints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("data, more", [
    (HEAD + b"Content-Length: 1000000\r\n\r\n{", b" "), (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), (HEAD + b"X-Slow: ", b"a"), (b"", b"G"),
    (b"POST /v1/complaints/PPU-00000-00000-0/attachments HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 5000000\r\n\r\n", b"x"),
], ids=["body", "chunks", "header", "first line", "file"])
def test_slow_senders_are_cut_off(guarded, data, more, request):
    said = finished(guarded.url("intake"), data, more, 60)
    assert said is not None
    if request.node.callspec.id in ("body", "chunks"):
        assert said.startswith(b"HTTP/1.1 408 ") and b"request_timeout" in said and b"onnection: close" in said, said


def test_many_slow_senders_hold_nobody_up(guarded):
    parts = urlsplit(guarded.url("intake"))
    lines = [socket.create_connection((parts.hostname, parts.port), timeout=10) for _ in range(300)]
    try:
        for line in lines:
            line.sendall(HEAD + b"Content-Length: 900000\r\n\r\n{")
        assert requests.get(guarded.url("intake") + "/v1/categories", timeout=30).status_code == 200
    finally:
        for line in lines:
            line.close()


# ---- files that unpack to more than they are, or are two things at once

def bomb(name, head=b""):
    """A chunk of 50 MB of zeros, packed."""
    return pictures.chunk(name, head + zlib.compress(bytes(50 * MEGABYTE), 9))


def spliced(*chunks):
    picture = pictures.png(40, 30)
    return picture[:33] + b"".join(chunks) + picture[33:]


def send(demo, receipt, data, expect=201):
    return demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/attachments", token=receipt["access_key"], raw=data,
                     params={"name": "foto.png"}, headers=BYTES, expect=expect)


@pytest.fixture(scope="module")
def receipt(demo):
    return demo.submit(**GOOD).json()


@pytest.mark.parametrize("data", [
    b"PK\x03\x04" + zlib.compress(bytes(MEGABYTE)), gzip.compress(bytes(10 * MEGABYTE)), b"BZh91AY&SY" + bytes(100), b"7z\xbc\xaf\x27\x1c" + bytes(100),
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>" + bytes(40), b"MZ" + bytes(200), b"#!/bin/sh\nrm -rf /\n" + bytes(60),
], ids=["zip", "gzip", "bzip2", "7z", "svg", "exe", "script"])
def test_archives_and_programs_are_refused_at_once(demo, receipt, data):
    assert code_of(send(demo, receipt, data, 415)) == "unsupported_media_type"


@pytest.mark.parametrize("data", [
    spliced(bomb(b"zTXt", b"a\0\0")), spliced(bomb(b"iTXt", b"a\0\1\0\0\0")), spliced(bomb(b"iCCP", b"a\0\0")),
    pictures.png(40, 30)[:33] + bomb(b"IDAT") + pictures.chunk(b"IEND", b""), spliced(pictures.chunk(b"tEXt", b"a\0<script>alert(1)</script>")),
    pictures.png(40, 30) + pictures.ARCHIVE, pictures.png(1, 1, claimed=(2_000_000_000, 2_000_000_000)),
    b"\x89PNG\r\n\x1a\n" + b"<!DOCTYPE html><script>alert(1)</script>" + bytes(80), pictures.png()[:8] + struct.pack(">I", 0xFFFFFFFF) + b"IHDR" + bytes(60),
], ids=["ztxt bomb", "itxt bomb", "iccp bomb", "idat bomb", "script inside", "archive behind", "giant", "page", "endless chunk"])
def test_bombs_and_files_of_two_kinds(demo, data):
    """Either nothing of them is kept, or a picture drawn anew in which nothing is left of what they hid."""
    receipt = demo.submit(**GOOD).json()
    item = send(demo, receipt, data).json()
    url = f"/v1/complaints/{receipt['tracking_code']}/attachments/{item['attachment_id']}"

    def settled():
        now = demo.call("GET", "intake", url, token=receipt["access_key"], expect=200).json()
        return now if now["state"] in ("ready", "refused") else None

    if eventually(settled, what="checked")["state"] == "refused":
        demo.call("GET", "intake", url + "/content", token=receipt["access_key"], expect=404)
        return
    content = demo.call("GET", "intake", url + "/content", token=receipt["access_key"], expect=200)
    assert len(content.content) < 20_000 and b"<script>" not in content.content and b"PK\x03\x04" not in content.content
    assert content.headers["Content-Type"] == "image/png" and content.headers["X-Content-Type-Options"] == "nosniff"
