"""The one request that nobody but an administrator makes: a new container (Shared Key authorization)."""

import base64
import hmac
from email.utils import formatdate

import httpx

from tests.servers.emulators import ACCOUNT, KEY

VERSION = "2021-12-02"


async def make_container(server: str, name: str) -> None:
    date = formatdate(usegmt=True)
    headers = f"x-ms-date:{date}\nx-ms-version:{VERSION}"
    resource = f"/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    text = "PUT" + "\n" * 12 + f"{headers}\n{resource}"
    signature = base64.b64encode(hmac.digest(base64.b64decode(KEY), text.encode(), "sha256")).decode()
    async with httpx.AsyncClient(timeout=60) as http:
        answer = await http.put(
            f"{server}/{name}?restype=container",
            headers={
                "x-ms-date": date,
                "x-ms-version": VERSION,
                "authorization": f"SharedKey {ACCOUNT}:{signature}",
            },
        )
    answer.raise_for_status()
