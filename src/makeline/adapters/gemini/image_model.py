"""Gemini's image models behind ``Stylist``: one asked after the other, each within its time."""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import httpx2
import structlog

from makeline.adapters.gemini.answers import is_transient, picture_in, wait_told
from makeline.adapters.gemini.prompt import prompt_of, proportion_of
from makeline.cases.styles.stylist import (
    StyledPicture,
    StyleOrder,
    StylistAway,
    StylistMisconfigured,
)

_log = structlog.get_logger()
# Models of this family know one size only.
_ONE_SIZE = "gemini-2."


class GeminiStylist:
    """Implements ``Stylist``; ``models`` by preference. The SDK is imported with the first picture: it takes a second."""

    def __init__(
        self, key: str, *, models: Sequence[str], base_url: str = "", size: str = "2K", seconds: float = 60.0
    ) -> None:
        self._key = key
        self._models = tuple(models)
        self._base_url = base_url
        self._size = size
        self._seconds = seconds
        # Ours, so that no proxy, redirect or certificate is taken from the environment.
        self._http = httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=seconds)

    async def restyle(self, order: StyleOrder) -> StyledPicture:
        """See ``Stylist``: by the first model that is there; a refusal is not taken to another."""
        away: StylistAway | None = None
        unfit: StylistMisconfigured | None = None
        for place, model in enumerate(self._models):
            try:
                data = await self._asked(model, order)
            except StylistAway as trouble:
                away = trouble
            except _UnfitModel as trouble:
                unfit = StylistMisconfigured(str(trouble))
            else:
                return StyledPicture(data, model, other_model=place > 0)
        if away is not None:
            raise away
        raise unfit or StylistMisconfigured("no model is set")

    async def check(self) -> None:
        """Ask for nothing, to know whether the first model is there; raises ``StylistAway`` or ``StylistMisconfigured``."""
        client = await asyncio.to_thread(lambda: self._client)
        from google.genai.errors import APIError

        try:
            async with asyncio.timeout(self._seconds):
                await client.aio.models.get(model=self._models[0])
        except APIError as error:
            raise StylistAway(f"{self._models[0]}: {error.code}") from None
        except (TimeoutError, httpx2.HTTPError, ValueError) as error:
            raise StylistAway(f"{self._models[0]}: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    @cached_property
    def _client(self) -> Any:
        from google import genai
        from google.genai.types import HttpOptions, HttpRetryOptions

        return genai.Client(
            api_key=self._key,
            # Never another way in than this key, whatever the environment says.
            vertexai=False,
            http_options=HttpOptions(
                base_url=self._base_url or None,
                timeout=int(self._seconds * 1000),
                # We try again ourselves, later and where everybody sees it.
                retry_options=HttpRetryOptions(attempts=1),
                httpx_async_client=self._http,
            ),
        )

    async def _asked(self, model: str, order: StyleOrder) -> bytes:
        client = await asyncio.to_thread(lambda: self._client)
        from google.genai.errors import APIError
        from google.genai.types import GenerateContentConfig, ImageConfig, Part

        size = None if model.startswith(_ONE_SIZE) else self._size
        config = GenerateContentConfig(
            response_modalities=["IMAGE"],
            image_config=ImageConfig(aspect_ratio=proportion_of(order.need), image_size=size),
            # As many bits as the field has.
            seed=order.seed & 0x7FFFFFFF,
        )
        contents = [
            Part.from_text(text=prompt_of(order)),
            Part.from_bytes(data=order.photo.jpeg, mime_type="image/jpeg"),
        ]
        try:
            async with asyncio.timeout(self._seconds):
                answer = await client.aio.models.generate_content(
                    model=model, contents=contents, config=config
                )
        except APIError as error:
            raise _trouble(model, error) from None
        except TimeoutError:
            raise StylistAway(f"{model} took longer than {self._seconds:g} s") from None
        except (httpx2.HTTPError, ValueError) as error:
            # ValueError: an answer that is none, as a proxy gives it.
            raise StylistAway(f"{model}: {type(error).__name__}") from error
        return picture_in(answer)


class _UnfitModel(Exception):
    """This model is unknown, or cannot do what was asked; another may."""


def _trouble(model: str, error: Any) -> Exception:
    status, word = int(error.code or 0), str(error.status or "")[:60]
    _log.info("stylist_refused_call", model=model, status=status, word=word)
    if is_transient(status):
        return StylistAway(f"{model}: {status} {word}", after_seconds=wait_told(error.details))
    if status in (401, 403) or "API_KEY" in str(error.details)[:4000]:
        return StylistMisconfigured(f"the key is not accepted: {status} {word}")
    return _UnfitModel(f"{model}: {status} {word}")
