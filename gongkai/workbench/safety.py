"""Who is answered: this machine's own browser with the token, and no page of another origin."""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gongkai import HOST

# The report carries its style, to be sent alone.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_CLOSED = "请用启动时显示的那个网址打开；页面关了，可以回到启动的窗口里再点一次。"


class Guarded:
    """An application behind four doors: Host (DNS rebinding), Fetch Metadata and Origin (other pages), the token.

    The token comes once in the address and stays as a cookie, also for links in a report on disk. Cookies are shared by all ports of a host, so the
    cookie alone opens nothing: what changes something must also come from the page's own origin.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app, self._token = app, token
        self._cookie = f"gongkai-{port}"
        self._hosts = {f"{HOST}:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: refused, let in with the token, or answered by the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, guarded_send)

    def _refusal(self, request: Request) -> Response | None:
        """What stands in the way of a request; the door itself for who brings the token."""
        headers = request.headers
        if headers.get("host") not in self._hosts:
            return PlainTextResponse("", 421)
        writes = request.method not in ("GET", "HEAD")
        # Browsers say themselves that a page of another origin asks (Fetch Metadata Request Headers, W3C); what is no
        # browser says nothing. A link that is followed may come from anywhere, and shows the page.
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        followed = not writes and headers.get("sec-fetch-dest") == "document"
        own = headers.get("origin", "").removeprefix("http://") == headers.get("host")
        if (foreign and not followed) or (writes and not own):
            return PlainTextResponse("", 403)
        given = request.query_params.get("token")
        if given is not None and not writes and secrets.compare_digest(given.encode(), self._token.encode()):
            door = RedirectResponse(request.url.path, 303)
            door.set_cookie(self._cookie, self._token, httponly=True, samesite="lax")
            return door
        held = request.cookies.get(self._cookie, "")
        if secrets.compare_digest(held.encode(), self._token.encode()):
            return None
        return PlainTextResponse(_CLOSED, 401)
