"""What an HTTP client costs a short process: time from start to the first answer, and per request after it.

.venv/bin/python bench/http_out.py        medians of 7 processes each, against a server on this machine
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REQUESTS = 300
OURS = """
from leadferry.http_client import HttpClient
http = HttpClient()
def get(url): return http.send("GET", url, {}).body
"""
HTTPX2 = """
import httpx2
http = httpx2.Client(trust_env=False)
def get(url): return http.get(url).content
"""
STANDARD = """
import http.client, sys
from urllib.parse import urlsplit
connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc)
def get(url):
    connection.request("GET", "/")
    return connection.getresponse().read()
"""
TIMED = """
import sys, time
began = time.perf_counter()
{client}
get(sys.argv[1])
first = time.perf_counter()
for _ in range({requests}): get(sys.argv[1])
print((first - began) * 1000, (time.perf_counter() - first) * 1000 / {requests})
"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    for name, client in (("standard library, bare", STANDARD), ("urllib3, ours", OURS), ("httpx2", HTTPX2)):
        program = TIMED.format(client=client, requests=REQUESTS)
        runs = [subprocess.run([sys.executable, "-c", program, url], capture_output=True, check=True) for _ in range(7)]
        figures = [[float(number) for number in run.stdout.split()] for run in runs]
        first, each = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{name:<24} first answer after {first:6.1f} ms, then {each:.3f} ms a request")
    server.shutdown()


if __name__ == "__main__":
    main()
