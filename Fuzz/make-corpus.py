#!/usr/bin/env python3
"""Writes the seed corpus: python3 Fuzz/make-corpus.py. Each input is three bytes (variant, two sizes of pieces) and the
bytes of a peer; see Sources/FuzzSupport/FuzzInput.swift. Inputs that were found stay in the corpus under other names."""

import gzip
import io
import json
import pathlib
import struct
import subprocess
import tarfile
import zipfile
import zlib

CORPUS = pathlib.Path(__file__).parent / "corpus"


def seed(target, name, data, variant=0, sizes=(0, 6)):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes([variant, *sizes]) + data)


def http():
    seed("http", "get", b"\r\nGET /a?b HTTP/1.1\r\nHost: x\r\nA: 1\r\n\r\nDELETE * HTTP/1.0\r\nb:\t2 \r\n\r\n")
    seed("http", "length", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n")
    chunks = b"Transfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n00a \r\n123456789\n\r\n0\r\nT: 1\r\n\r\n"
    seed("http", "chunks", b"PUT / HTTP/1.1\r\n" + chunks + b"GET / HTTP/1.1\r\n\r\n")
    seed("http", "connect", b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", sizes=(200, 1))
    smuggled = b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    seed("http", "smuggling", smuggled)
    seed("http", "folding", b"GET / HTTP/1.1\r\nA: 1\r\n b\r\nC : d\r\n\r\n")
    seed("http", "response", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + chunks, variant=1)
    seed("http", "to-the-end", b"HTTP/1.1 304 N\r\nContent-Length: 5\r\n\r\nHTTP/1.0 200 OK\r\n\r\nall of it", variant=1)
    seed("http", "head", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHTTP/1.1 204 No\r\n\r\n", variant=3)
    seed("http", "tunnel", b"HTTP/1.1 200 Established\r\nTransfer-Encoding: chunked\r\n\r\n", variant=7)


def redactor():
    """Bytes below 32 stand for secrets and pieces of encodings, see Sources/FuzzRedactor."""
    seed("redactor", "plain", b"export KEY=\x01\nand \x02, \x03 \x05 \x06\n\x07")
    seed("redactor", "json", b'{"a":"x\x12\x01\x12","b":"\x14\x02\x14"}')
    seed("redactor", "stream", b"\x0eis gh\x0f\x0ep_abc\x0f\x0e\x01\x0f", variant=1)
    seed("redactor", "diff", b"\x15-\x04\n+\x04\n end\n\x16 and \x16", variant=2)
    seed("redactor", "encoded", b"?a=\x13\x01%26 \x11\x02\x11 [REDACTED:\x10 \x10\x01\x10")


def program(*command):
    return lambda data: subprocess.run(command, input=data, check=True, capture_output=True).stdout


def sse():
    stream = b"\xef\xbb\xbfevent: a\r\ndata: {\"x\": 1}\r\ndata:2\r\nid: 7\r\nretry: 10\r\n\r\n: c\rdata\r\rdata: y\n\ndata: cut"
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = raw.compress(stream) + raw.flush(zlib.Z_SYNC_FLUSH)
    zstd = program("zstd", "-q", "-c")
    zipped = gzip.compress(stream, mtime=0)
    seed("sse", "plain", stream)
    seed("sse", "gzip", zipped + zipped, variant=1)
    seed("sse", "zlib", zlib.compress(stream), variant=2)
    seed("sse", "deflate", deflated, variant=2)
    seed("sse", "br", bytes.fromhex("1b1000f88d946ede445586966c206f014f1c601c"), variant=3)
    seed("sse", "br-bomb", bytes.fromhex("5bffff0f4002201e0b24f7fe01"), variant=3)
    seed("sse", "zstd", zstd(stream) + zstd(b"data: more\n\n"), variant=4)
    seed("sse", "zstd-bomb", zstd(bytes(1 << 20)), variant=4)
    seed("sse", "gzip-of-zstd", gzip.compress(zstd(stream), mtime=0), variant=6)
    seed("sse", "twice", zlib.compress(zlib.compress(stream)), variant=7)


def frame(opcode, payload, final=True, compressed=False, mask=None):
    first = (0x80 if final else 0) | (0x40 if compressed else 0) | opcode
    bit = 0x80 if mask else 0
    size = len(payload)
    head = struct.pack(">BB", first, bit | size) if size < 126 else struct.pack(">BBH", first, bit | 126, size)
    if not mask:
        return head + payload
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def websocket():
    key = b"\x01\x02\x03\x04"
    fragments = frame(1, b"hel", final=False, mask=key) + frame(9, b"?", mask=key) + frame(0, b"lo", mask=key)
    seed("websocket", "fragments", fragments + frame(8, b"\x03\xe8bye", mask=key))
    seed("websocket", "long", frame(2, bytes(range(256)) * 2, mask=key))
    seed("websocket", "length-of-8", bytes.fromhex("827f0000000000000003") + b"abc")
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    messages = b""
    for text in (b"hello hello", b"hello again", b"x" * 6000):
        payload = raw.compress(text) + raw.flush(zlib.Z_SYNC_FLUSH)
        messages += frame(1, payload[:-4], compressed=True, mask=key)
    seed("websocket", "deflate", messages, variant=1, sizes=(9, 2))
    alone = bytes.fromhex("f248cdc9c90700")
    seed("websocket", "no-context", frame(1, alone, compressed=True) * 2, variant=3)
    final = frame(1, bytes.fromhex("f348cdc9c9070000"), compressed=True)
    seed("websocket", "final-block", final + frame(1, bytes.fromhex("f200110000"), compressed=True), variant=1)


def client_hello(protocols):
    names = b"".join(struct.pack("B", len(name)) + name for name in protocols)
    alpn = struct.pack(">HHH", 16, len(names) + 2, len(names)) + names
    others = struct.pack(">HH", 43, 3) + b"\x02\x03\x04"
    extensions = others + (alpn if protocols else b"")
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\x13\x01" + b"\x01\x00"
    body += struct.pack(">H", len(extensions)) + extensions
    return b"\x01" + struct.pack(">I", len(body))[1:] + body


def connect():
    def record(data):
        return b"\x16\x03\x01" + struct.pack(">H", len(data)) + data

    hello = client_hello([b"h2", b"http/1.1"])
    seed("connect", "tls", record(hello))
    seed("connect", "tls-records", record(hello[:3]) + record(hello[3:40]) + record(hello[40:]))
    seed("connect", "tls-plain", record(client_hello([])), sizes=(255, 255))
    seed("connect", "http", b"GET /x HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\n\r\n")
    seed("connect", "http-line", b"GET /x HTTP/1.1\n\n")
    seed("connect", "ssh", b"SSH-2.0-OpenSSH_9.2\r\n")
    seed("connect", "whole", b"CONNECT [::1]:8443 HTTP/1.1\r\nHost: x\r\n\r\n" + record(hello), variant=1)
    seed("connect", "no-port", b"CONNECT example.com HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n", variant=1, sizes=(60, 0))


def stream(events, named=True, end="\n"):
    def text(event):
        name = f"event: {event['type']}{end}" if named and "type" in event else ""
        return f"{name}data: {json.dumps(event, ensure_ascii=False)}{end}{end}"

    return "".join(text(event) for event in events).encode()


def decoders():
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hé\u2028"}]}
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    usage = {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 2, "total_tokens": 11}
    done = {"id": "r", "model": "m", "status": "completed", "output": [], "usage": usage}
    responses = [
        {"type": "response.created", "response": {"id": "r", "model": "m"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning"}},
        {"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0, "delta": "a\"b"},
        {"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "h\u00e9"},
        {"type": "response.output_item.done", "output_index": 1, "item": message},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": "{"},
        {"type": "response.output_item.done", "output_index": 2, "item": call},
        {"type": "new.event", "x": 1},
        {"type": "response.completed", "response": done},
    ]
    seed("responses", "stream", stream(responses))
    seed("responses", "cr", b"\xef\xbb\xbf" + stream(responses[2:6], named=False, end="\r"))
    seed("responses", "array", json.dumps(responses).encode(), sizes=(40, 3))
    seed("responses", "whole", json.dumps({**done, "output": [message, call]}).encode())
    seed("responses", "error", stream([{"type": "error", "code": "x", "message": "sorry"}]))
    request = {"model": "m", "instructions": "i", "input": [message, call, {"type": "compaction"}], "tools": []}
    seed("responses", "request", json.dumps(request).encode(), variant=1)

    def chunk(delta, reason=None):
        return {"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], "usage": None}

    function = {"index": 0, "id": "t", "function": {"name": "f", "arguments": "{"}}
    counts = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
    chat = [chunk({"content": "a"}), chunk({"reasoning_content": "b"}), chunk({"tool_calls": [function] * 2})]
    chat += [chunk({}, "tool_calls"), {"id": "c", "choices": [], "usage": counts}]
    seed("chat", "stream", stream(chat) + b"data: [DONE]\n\n")
    seed("chat", "whole", json.dumps({"id": "c", "choices": [{"message": {"content": "a"}}], "usage": counts}).encode())
    asked = [{"role": "assistant", "content": "x", "tool_calls": [function]}, {"role": "tool", "content": [{"text": "y"}]}]
    seed("chat", "request", json.dumps({"messages": asked}).encode(), variant=1)

    def delta(index, **rest):
        return {"type": "content_block_delta", "index": index, "delta": rest}

    messages = [
        {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 4, "cache_read_input_tokens": 9}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        delta(0, type="thinking_delta", thinking="a"),
        {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "f"}},
        delta(1, type="input_json_delta", partial_json='{"a":'), delta(1, type="input_json_delta", partial_json="1}"),
        {"type": "content_block_start", "index": 2, "content_block": {"type": "web_search_tool_result", "tool_use_id": "t"}},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    seed("messages", "stream", stream(messages))
    seed("messages", "error", stream([{"type": "error", "error": {"message": "busy"}}]))
    blocks = [{"type": "tool_result", "tool_use_id": "t", "content": "x", "is_error": True}, {"type": "text", "text": "y"}]
    asked = {"system": [{"type": "text", "text": "s"}], "messages": [{"role": "user", "content": blocks}]}
    seed("messages", "request", json.dumps(asked).encode(), variant=1)

    def part(**rest):
        return {"candidates": [{"content": {"parts": [rest]}}]}

    gemini = [part(text="a", thought=True), part(text="b"), part(functionCall={"name": "f", "args": {}})]
    gemini += [{"candidates": [{"finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 3}}]
    seed("gemini", "stream", stream(gemini))
    seed("gemini", "array", json.dumps(gemini).encode(), sizes=(3, 30))
    seed("gemini", "wrapped", stream([{"response": gemini[1]}]))
    said = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"output": "x"}}}]}
    asked = {"contents": [{"role": "model", "parts": [{"functionCall": {"name": "f"}}, {"text": "y"}]}, said]}
    seed("gemini", "request", json.dumps(asked).encode(), variant=1)


def archives():
    def packed(tar_format, name):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=tar_format) as archive:
            for path, data in ((name, b"hello" * 20), ("empty", b"")):
                facts = tarfile.TarInfo(path)
                facts.size = len(data)
                archive.addfile(facts, io.BytesIO(data))
            link = tarfile.TarInfo("link")
            link.type, link.linkname = tarfile.SYMTYPE, name
            archive.addfile(link)
        return file.getvalue()[:3072]

    long = "a/" * 60 + "n"
    tar = packed(tarfile.USTAR_FORMAT, "short")
    seed("archive", "ustar", tar, sizes=(200, 100))
    seed("archive", "pax", packed(tarfile.PAX_FORMAT, long + "é"), sizes=(255, 0))
    seed("archive", "gnu", packed(tarfile.GNU_FORMAT, long), sizes=(90, 255))
    seed("archive", "tar-gzip", gzip.compress(tar, mtime=0), variant=1)
    seed("archive", "zstd", program("zstd", "-q", "-c")(b"text"), variant=1)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
            archive.writestr(zipfile.ZipInfo(path), b"x = 1\n" * 9, compress_type=method)
    seed("archive", "zip", file.getvalue(), variant=1)


def patches():
    first = b"diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n"
    hunk = b"@@ -1,3 +1,4 @@ def f():\n a\n-if x > 1:\n+if x >= 2 and y:\n+    return 'no'  # 3\n b\n"
    other = b"@@ -9 +10 @@\n-c = 1\n+c = 7\n\\ No newline at end of file\n"
    new = b'diff --git "a/\\303\\251.rs" "b/\\303\\251.rs"\nnew file mode 100644\n--- /dev/null\n+++ "b/\\303\\251.rs"\n'
    seed("patch", "two-hunks", first + hunk + other)
    seed("patch", "two-files", first + other + new + b"@@ -0,0 +1,2 @@\n+if a && b {\n+}\n", variant=3)
    seed("patch", "binary", b"diff --git a/i b/i\nindex 1..2 100644\nGIT binary patch\nliteral 1\nIc${Nk0000\n\n")
    seed("patch", "mode", b"diff --git a/s.sh b/s.sh\nold mode 100644\nnew mode 100755\n")


def reports():
    case = '<testcase classname="a" name="b &#233;" time="1e308"><failure message="m">t</failure></testcase>'
    suite = f'<?xml version="1.0"?><testsuite name="s">{case}<testcase name="c"/><!-- <x> --></testsuite>'
    texts = {
        "pytest": "PASSED t.py::a\nFAILED t.py::b - no\nERROR t.py\n= 1 failed in 0.1s =",
        "unittest": "test_a (t.T.test_a) ... ok\ntest_b (t.T) ... FAIL\nRan 2 tests in 0.1s\n",
        "go": '{"Action":"run","Package":"p","Test":"T"}\n{"Action":"pass","Package":"p","Test":"T","Elapsed":0.1}\n',
        "cargo": "running 2 tests\ntest a::b ... ok\ntest c ... FAILED\ntest result: FAILED.",
        "swift": "Test Case '-[a b]' passed (0.1 seconds).\n✔ Test \"x\" passed after 0.1 seconds.\n",
        "jest": '{"testResults":[{"name":"f","assertionResults":[{"fullName":"a","status":"passed"}]}]}',
        "tap": "TAP version 13\n# Subtest: a\n    ok 1 - b # SKIP\nnot ok 1 - a\n  ---\n  duration_ms: 1\n  ...\n1..1\n",
        "rspec": '{"examples":[{"full_description":"a","status":"failed","exception":{"message":"m"}}]}',
        "minitest": "A#test_b = 0.01 s = .\nA#test_c = 0.01 s = F\n2 runs, 2 assertions",
        "junit": suite,
    }
    texts |= {"vitest": texts["jest"], "node": texts["tap"], "bats": texts["tap"], "ctest": suite}
    runners = "python pytest unittest go cargo swift jest vitest node rspec minitest bats tap ctest junit exit".split()
    for name, text in texts.items():
        seed("reports", name, text.encode(), variant=runners.index(name))
    # With the first bit set it is a report file.
    seed("reports", "jest-file", texts["jest"].encode(), variant=0x80 | runners.index("jest"))
    seed("reports", "junit-file", suite.encode(), variant=0x80 | runners.index("junit"))


for write in (http, sse, websocket, connect, redactor, decoders, archives, patches, reports):
    write()
