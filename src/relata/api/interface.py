"""The files of the built interface, packed if the browser takes that; every other address is the interface's own, so it
gets the page.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from relata.api.packing import accepts

CODINGS = {"br": ".br", "gzip": ".gz"}
"""Codings in the order in which they are taken, and how their files end."""
FOREVER, ASKED = "public, max-age=31536000, immutable", "no-cache"


def files(interface: Path | None) -> Any:
    def serve(request: Request) -> Response:
        if interface is None or not (interface / "index.html").is_file():
            return PlainTextResponse("The interface is not built; the API is at /api/v1.", 404)
        wanted = (interface / request.path_params["path"]).resolve()
        if wanted.is_file() and wanted.is_relative_to(interface.resolve()) and wanted.name != "index.html":
            return file(request, wanted, FOREVER if "/assets/" in request.url.path else ASKED)
        return file(request, interface / "index.html", ASKED)

    return serve


def file(request: Request, path: Path, cache: str) -> Response:
    headers = {"cache-control": cache, "vary": "accept-encoding"}
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    for coding, suffix in CODINGS.items():
        packed = path.with_name(path.name + suffix)
        if accepts(request, coding) and packed.is_file():
            return FileResponse(packed, media_type=kind, headers={**headers, "content-encoding": coding})
    return FileResponse(path, media_type=kind, headers=headers)
