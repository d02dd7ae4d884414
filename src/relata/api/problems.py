"""Every refusal as a problem document (RFC 9457): a sentence, a stable code and all faults."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from relata.api.rate import TooMany
from relata.errors import RelataError

TITLES = {
    400: "Malformed request", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Not allowed here", 408: "Too slow", 409: "Conflict",
    410: "Gone", 412: "Changed meanwhile", 413: "Too large", 415: "Unknown media type", 422: "Faults in what was sent",
    429: "Too many requests", 500: "Internal error", 503: "Not available", 507: "Disk full",
}  # fmt: skip
HTTP = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method; «Allow» names those that it takes."),
}
LOG = structlog.get_logger("relata.api")


def problem(status: int, code: str, detail: str, faults: tuple[Any, ...] = (), request_id: str = "") -> Response:
    document = {
        "type": f"about:blank#{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
        "errors": [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in faults[:500]],
    }
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return Response(msgspec.json.encode(document), status, headers, media_type="application/problem+json")


async def refused(request: Request, error: Exception) -> Response:
    """The answer to an error that Relata raised on purpose."""
    if isinstance(error, TooMany):
        request.scope["state"]["left"] = 0
        answer = problem(error.status, error.code, error.message, (), request_id(request))
        answer.headers["retry-after"] = str(error.seconds)
        return answer
    if isinstance(error, RelataError):
        return problem(error.status, error.code, error.message, error.faults, request_id(request))
    if isinstance(error, HTTPException):
        code, detail = HTTP.get(error.status_code, ("http", f"{error.detail}."))
        answer = problem(error.status_code, code, detail, (), request_id(request))
        answer.headers.update(error.headers or {})
        return answer
    return await broken(request, error)


async def broken(request: Request, error: Exception) -> Response:
    """The answer to anything else; the log holds what happened under the same id."""
    id_ = request_id(request)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return problem(503, "too_slow", "The question takes too long; narrow it with a filter.", (), id_)
    if isinstance(error, psycopg.errors.ProgramLimitExceeded | psycopg.errors.OutOfMemory):
        return problem(503, "too_large", "The answer is too large; ask for fewer fields or records.", (), id_)
    if isinstance(error, psycopg.OperationalError):
        return problem(503, "unavailable", "The database does not answer; try again in a moment.", (), id_)
    LOG.error("request_failed", request_id=id_, path=request.url.path, exc_info=error)
    return problem(500, "internal", "Something went wrong here; the log has it under this request's id.", (), id_)


def request_id(request: Request) -> str:
    if not hasattr(request.state, "id"):
        request.state.id = uuid4().hex[:16]
    return str(request.state.id)
