"""A service's parameters, read strictly: from the URL with GET, from a form or a JSON object with POST.

Unencoded Thai in a URL is a fault often seen in clients of the gateway; here it is refused, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request

from ...errors import GovlinkError, RejectedError, UnexpectedAnswerError
from ...flow import Response
from ...wire import parse_json_object
from .limits import Limits
from .refusals import (
    BODY_CUT,
    BODY_LARGE,
    BODY_SLOW,
    MEDIA_TYPE,
    PARAMETER_MISSING,
    PARAMETER_TWICE,
    PARAMETER_UNKNOWN,
    PARAMETER_WRONG,
    UNREADABLE,
    URL_LONG,
)
from .service import Method, Parameter, RegistryService

__all__ = ["check_url", "read_parameters"]

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_MOST_FIELDS = 64


def check_url(request: Request, limits: Limits) -> None:
    """Raise for a URL that is too long (414).

    Raises:
        RejectedError: it is.
    """
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode("utf-8", "surrogatepass")
    if len(path) + len(request.scope["query_string"]) > limits.url_bytes:
        raise RejectedError(URL_LONG, limit=limits.url_bytes)


async def read_parameters(request: Request, *, service: RegistryService, limits: Limits) -> Mapping[str, str]:
    """The parameters by name, each as its check gives it; an optional one that is empty is left out.

    Raises:
        RejectedError: one is missing, wrong, unknown or sent twice, or they cannot be read (400); the body
            is too slow (408), too large (413) or in another media type (415).
    """
    query: bytes = request.scope["query_string"]
    body = await _body(request, limits)
    if service.method is Method.POST:
        if query:
            raise RejectedError(PARAMETER_UNKNOWN)
        pairs = _posted(request, body)
    else:
        if body:
            raise RejectedError(PARAMETER_UNKNOWN)
        pairs = _decoded(query)
    sent = dict(pairs)
    if len(sent) != len(pairs):
        raise RejectedError(PARAMETER_TWICE)
    if not sent.keys() <= {parameter.name for parameter in service.parameters}:
        raise RejectedError(PARAMETER_UNKNOWN)
    values = ((p.name, _value(p, sent.get(p.name, ""))) for p in service.parameters)
    return {name: value for name, value in values if value is not None}


def _value(parameter: Parameter, text: str) -> str | None:
    if not text:
        if parameter.is_required:
            raise RejectedError(PARAMETER_MISSING, parameter=parameter.name)
        return None
    wrong = RejectedError(PARAMETER_WRONG, parameter=parameter.name)
    if len(text) > parameter.max_characters or _CONTROL.search(text):
        raise wrong
    try:
        return parameter.check(text)
    except (GovlinkError, ValueError):
        raise wrong from None  # the cause may repeat the value


async def _body(request: Request, limits: Limits) -> bytes:
    body = bytearray()
    try:
        with anyio.fail_after(limits.body_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.body_bytes:
                    raise RejectedError(BODY_LARGE, limit=limits.body_bytes)
    except TimeoutError:
        raise RejectedError(BODY_SLOW) from None
    except ClientDisconnect:
        raise RejectedError(BODY_CUT) from None
    return bytes(body)


def _posted(request: Request, body: bytes) -> list[tuple[str, str]]:
    media, _, options = request.headers.get("content-type", "").partition(";")
    media, charset = media.strip().lower(), options.strip().lower().replace('"', "")
    if not body and "content-type" not in request.headers:
        return []
    plain = request.headers.get("content-encoding", "identity").lower() == "identity"
    if not plain or media not in {_FORM, _JSON} or charset not in {"", "charset=utf-8"}:
        raise RejectedError(MEDIA_TYPE)
    return _decoded(body) if media == _FORM else _json_texts(body)


def _decoded(form: bytes) -> list[tuple[str, str]]:
    if not form:
        return []
    try:
        text = form.decode("ascii")
        if _BROKEN_ESCAPE.search(text):
            raise RejectedError(UNREADABLE)
        return parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise RejectedError(UNREADABLE) from None


def _json_texts(body: bytes) -> list[tuple[str, str]]:
    try:
        content = parse_json_object(Response(status=200, body=body), platform="", operation="")
    except UnexpectedAnswerError:
        raise RejectedError(UNREADABLE) from None
    texts = [(name, value) for name, value in content.items() if isinstance(value, str)]
    if len(texts) != len(content):
        raise RejectedError(UNREADABLE)
    return texts
