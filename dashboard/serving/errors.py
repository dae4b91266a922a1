"""The id of the request in every answer, and in the words of every one that is an error."""

from __future__ import annotations

import flask

from dashboard.figures.shared.markup import markup
from dashboard.serving.log import READER
from dashboard.serving.request_id import HEADER, TOLD, request_id

JSON_WORD = "request_id"


def register(server: flask.Flask) -> None:
    """Tell the id; register it before what changes answers, as what is registered later runs earlier."""

    @server.after_request
    def _told(answer: flask.Response) -> flask.Response:
        answer.headers[HEADER] = request_id()
        if reader := flask.g.get("reader"):
            flask.request.environ[READER] = (reader.name, reader.rights.role)
        if answer.status_code >= 400 and not answer.direct_passthrough:
            _tell(answer, request_id())
        return answer


def _tell(answer: flask.Response, request: str) -> None:
    if answer.mimetype == "application/json":
        told = answer.get_json(silent=True)
        if isinstance(told, dict):
            answer.set_data(flask.json.dumps({**told, JSON_WORD: request}))
        return
    text = answer.get_data(as_text=True)
    if answer.mimetype == "text/html" and "</body>" in text:
        head, end, rest = text.rpartition("</body>")
        answer.set_data(f"{head}{markup('request_id.html', name=TOLD, request=request)}{end}{rest}")
    elif text:
        answer.set_data(f"{text.rstrip()}\n{TOLD}: {request}\n")
