"""CloudFormation as `sam deploy` uses it for an existing stack: it records the change sets, and finds no changes."""

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

STACK = (
    "<Stacks><member><StackName>finalize-cutover</StackName><StackId>stack</StackId>"
    "<CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>"
)
# With these words, SAM ends without an error.
UNCHANGED = (
    "<ChangeSetName>changes</ChangeSetName><Status>FAILED</Status>"
    "<StatusReason>The submitted information didn't contain changes.</StatusReason>"
)
# The value that CloudFormation keeps.
PREVIOUS = "<previous>"


@contextmanager
def serving(parameters: Collection[str]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve a stack with *parameters*; yield the URL and the parameters of each change set, in order."""
    change_sets: list[dict[str, str]] = []
    names = "".join(f"<member><ParameterKey>{name}</ParameterKey></member>" for name in parameters)
    results = {
        "DescribeStacks": STACK,
        "GetTemplateSummary": f"<Parameters>{names}</Parameters>",
        "CreateChangeSet": "<Id>changes</Id><StackId>stack</StackId>",
        "DescribeChangeSet": UNCHANGED,
    }

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
            action = form["Action"]
            if action == "CreateChangeSet":
                change_sets.append(_parameters(form))
            result = results.get(action, "")
            body = f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_PUT(self) -> None:
            """Accept the template, which SAM uploads to S3."""
            self.rfile.read(int(self.headers["Content-Length"]))
            self._end(200)

        def do_HEAD(self) -> None:
            self._end(404)

        def _end(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", change_sets
        server.shutdown()


def _parameters(form: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in form.items():
        if name.startswith("Parameters.member.") and name.endswith(".ParameterKey"):
            member = name.removesuffix(".ParameterKey")
            is_kept = form.get(f"{member}.UsePreviousValue") == "true"
            found[value] = PREVIOUS if is_kept else form[f"{member}.ParameterValue"]
    return found
