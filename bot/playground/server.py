"""The small Telegram over HTTP on this machine: the Bot API, and the chat page if one is wanted."""

import asyncio
import json
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

from aiohttp import web

from bot.playground.api import METHODS, BotApi
from bot.playground.faults import Fault, FaultKind
from bot.playground.page import Controls, Page
from bot.playground.params import ApiError, Params, Upload, refuse
from bot.playground.state import Json
from bot.playground.telegram import FakeTelegram
from bot.playground.world import Request

HOST = "127.0.0.1"
"""Nobody but this machine reaches it."""
LARGEST = 52 << 20
"""Bytes of a request: a file of 50 MB (Bot API, sendDocument) and what goes with it."""
_LONGEST_TOKEN = 80
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    "</body>\r\n</html>\r\n"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PlaygroundServer:
    """A running server; `url` is where the bot finds its API and a person the page."""

    def __init__(self, telegram: FakeTelegram, controls: Controls | None = None) -> None:
        """Serve the Bot API of `telegram`, and with `controls` the chat page at `/`."""
        self.telegram = telegram
        self.url = ""
        self._api = BotApi(telegram)
        self._closing = asyncio.Event()
        self._page = None if controls is None else Page(telegram, controls)
        application = web.Application(middlewares=[_only_this_machine], client_max_size=LARGEST)
        application.router.add_route("*", "/bot{token:[^/]*}/{method}", self._call)
        application.router.add_get("/file/bot{token:[^/]*}/{path:.*}", self._file)
        if self._page is not None:
            self._page.add_routes(application)
        # The access log would write the token, which stands in every address.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{bound}"

    async def close(self) -> None:
        """Stop listening; polls and pages that wait are let go."""
        self._closing.set()
        self._api.close()
        if self._page is not None:
            self._page.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        """Start on a free port."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.close()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of the bot, or fail in the way that is queued for it."""
        token = request.match_info["token"]
        if token != self.telegram.token:
            is_one = re.fullmatch("[1-9][0-9]*:.*", token) and len(token) <= _LONGEST_TOKEN
            reason = "Unauthorized" if is_one else "Unauthorized: invalid token specified"
            return _answer(ApiError(401, reason).as_answer())
        method = METHODS.get(request.match_info["method"].lower())
        if method is None:
            return _answer(ApiError(404, "Not Found: method not found").as_answer())
        try:
            raw, files = await _read(request)
        except web.HTTPRequestEntityTooLarge:
            return _answer(ApiError(413, "Request Entity Too Large").as_answer())
        except ApiError as error:
            return _answer(error.as_answer())
        call = Request(method.name, raw)
        if self.telegram.before is not None:
            await self.telegram.before(call)
        fault = self.telegram.spoil(method.name, _chat_id(raw))
        if fault is not None and fault.kind.comes_first:
            return _refuse(request, fault)
        try:
            params = Params(raw, files)
            params.only(method.name, method.known)
            answer = {"ok": True, "result": await method.run(self._api, params)}
            if method.remark:
                answer["description"] = method.remark
        except ApiError as error:
            answer = error.as_answer()
        if self.telegram.after is not None:
            await self.telegram.after(call)
        return _answer(answer) if fault is None else await self._break_off(request, fault, answer)

    async def _file(self, request: web.Request) -> web.Response:
        """Give a file whose path `getFile` told."""
        content = self.telegram.file(request.match_info["path"].rpartition("/")[2])
        if request.match_info["token"] != self.telegram.token or content is None:
            return _answer(ApiError(404, "Not Found").as_answer())
        return web.Response(body=content, content_type="application/octet-stream")

    async def _break_off(
        self, request: web.Request, fault: Fault, answer: Json
    ) -> web.StreamResponse:
        """Fail after the call has had its effect."""
        if fault.kind is FaultKind.SILENCE_AFTER:
            await self._closing.wait()
        elif fault.kind is FaultKind.RESET_MID_BODY:
            body = json.dumps(answer).encode()
            head = {"Content-Length": str(len(body)), "Content-Type": "application/json"}
            response = web.StreamResponse(headers=head)
            await response.prepare(request)
            await response.write(body[: len(body) // 2])
            # The half that was written must leave this machine before the line is cut.
            await asyncio.sleep(0.02)
        return _cut(request)


@web.middleware
async def _only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a page of another site that had its name point here (DNS rebinding)."""
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if name not in _LOOPBACK:
        return web.Response(status=403)
    return await handler(request)


async def _read(request: web.Request) -> tuple[Mapping[str, Any], Mapping[str, Upload]]:
    """Return the parameters of the address and of the body, JSON or a form, and the form's files.

    Raises:
        HTTPRequestEntityTooLarge: it is more than Telegram's web server lets through.
    """
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = await request.json()
        except ValueError:
            refuse("JSON object expected")
        if not isinstance(body, dict):
            refuse("JSON object expected")
        raw |= body
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                # TDLib goes by the ending of the name; what the form says is not looked at.
                media_type = mimetypes.guess_type(value.filename)[0] or "application/octet-stream"
                files[name] = Upload(value.filename, media_type, content)
            else:
                raw[name] = str(value)
    return raw, files


def _chat_id(raw: Mapping[str, Any]) -> int | None:
    value = str(raw.get("chat_id", ""))
    return int(value) if value.removeprefix("-").isdecimal() else None


def _answer(body: Json) -> web.Response:
    status = int(body.get("error_code", 200))
    wait = body.get("parameters", {}).get("retry_after")
    return web.Response(
        status=status,
        headers={} if wait is None else {"Retry-After": str(wait)},
        body=json.dumps(body).encode(),
        content_type="application/json",
    )


def _refuse(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind is FaultKind.BAD_GATEWAY:
        return web.Response(status=502, text=_GATEWAY_PAGE, content_type="text/html")
    if fault.kind is FaultKind.RESET_BEFORE:
        return _cut(request)
    return _answer(ApiError(fault.code, fault.description, **fault.parameters).as_answer())


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the line; the response is for aiohttp's book-keeping, nobody receives it."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
