"""A mail server that answers by heart: for what a real one would never say."""

import socketserver
import threading
from types import TracebackType
from typing import Self

REPLIES = {
    "greeting": "220 hello",
    "EHLO": "250 hello",
    "HELO": "250 hello",
    "AUTH": "235 welcome",
    "MAIL": "250 fine",
    "RCPT": "250 fine",
    "DATA": "354 go on",
    ".": "250 taken",
    "QUIT": "221 bye",
    "RSET": "250 fine",
}


class Scripted:
    """A server that answers by heart. A reply of nothing breaks the connection."""

    def __init__(self, **replies: str) -> None:
        script = {**REPLIES, **replies}

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                """Answer each command, and the end of the mail."""
                inside = False
                word = "greeting"
                while True:
                    if not inside or word == ".":
                        reply = script.get(word, "502 what?")
                        if not reply:
                            return
                        self.wfile.write(f"{reply}\r\n".encode())
                        inside = word == "DATA" and reply.startswith("354")
                    line = self.rfile.readline()
                    if not line:
                        return
                    word = line.decode().strip().partition(" ")[0]
                    word = word if inside else word.upper()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        host, port = self._server.server_address[:2]
        self.address = (str(host), int(port))

    def __enter__(self) -> Self:
        """Listen."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
