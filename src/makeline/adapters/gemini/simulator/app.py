"""The simulated Gemini over HTTP: ``POST /v1/models/{model}:generateContent``."""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyvips
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from makeline.adapters.gemini.simulator.switches import Switches
from makeline.foundation.simulation import UnknownSwitch

KEY = "simulated-gemini-key"
# Pixels by size and proportion, as its image models answer.
_SIZES = {"9:16": (768, 1376), "2:3": (848, 1264), "3:4": (896, 1200), "1:1": (1024, 1024)}
_USUAL = str.maketrans("-_", "+/")
_TIMES = {"1K": 1, "2K": 2, "4K": 4}


class SimulatedGemini:
    """``switches`` are how it behaves now; ``calls`` the bodies it was sent, without the photographs."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.calls: list[dict[str, Any]] = []

    async def describe(self, request: Request) -> Response:
        """``GET``: one model, or that it is not there; not when the next call would find nobody."""
        model = request.path_params["model"]
        if request.headers.get("x-goog-api-key") != KEY:
            return _error(400, "INVALID_ARGUMENT", "API key not valid.", reason="API_KEY_INVALID")
        if self.switches.plan[:1] == ("gone",):
            return _error(503, "UNAVAILABLE", "The service is currently unavailable.")
        if self.switches.models and model not in self.switches.models:
            return _error(404, "NOT_FOUND", f"models/{model} is not found")
        return JSONResponse({"name": f"models/{model}", "supportedGenerationMethods": ["generateContent"]})

    async def generate(self, request: Request) -> Response:
        """One call."""
        model, _, verb = request.path_params["call"].partition(":")
        if request.headers.get("x-goog-api-key") != KEY:
            return _error(400, "INVALID_ARGUMENT", "API key not valid.", reason="API_KEY_INVALID")
        if verb != "generateContent" or (self.switches.models and model not in self.switches.models):
            return _error(404, "NOT_FOUND", f"models/{model} is not found")
        try:
            body = json.loads(await request.body())
            photo, told, config = _read(body)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            return _error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
        self.calls.append({"model": model, "text": told, "config": config})
        plan = self.switches.plan
        self.switches = replace(self.switches, plan=plan[1:])
        return await self._answer(plan[0] if plan else "picture", photo, config)

    async def _answer(self, kind: str, photo: bytes, config: Mapping[str, Any]) -> Response:
        match kind:
            case "busy":
                return _error(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", delay=self.switches.retry_delay)
            case "broken":
                return _error(500, "INTERNAL", "An internal error has occurred.")
            case "gone":
                return _error(503, "UNAVAILABLE", "The model is overloaded.")
            case "garbage":
                return Response("<html>Bad gateway</html>", 200, media_type="application/json")
            case "blocked":
                return JSONResponse({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
            case "safety":
                return _candidate([], finish="IMAGE_SAFETY")
            case "unfinished":
                return _candidate([], finish="MAX_TOKENS")
            case "empty":
                return JSONResponse({"candidates": []})
            case "text":
                return _candidate([{"text": "I can only describe this picture."}], finish="STOP")
            case "slow":
                await asyncio.sleep(self.switches.slow_seconds)
        small = kind == "small"
        data = await asyncio.to_thread(_restyled, photo, config, small)
        if kind == "truncated":
            data = data[: len(data) // 2]
        inline = {"mimeType": "image/png", "data": base64.b64encode(data).decode()}
        return _candidate([{"text": "Here it is."}, {"inlineData": inline}], finish="STOP")

    async def control(self, request: Request) -> Response:
        """``POST /control``: behave otherwise."""
        try:
            self.switches = self.switches.changed(json.loads(await request.body()))
        except (UnknownSwitch, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse({"plan": list(self.switches.plan), "models": list(self.switches.models)})


def make_app(gemini: SimulatedGemini) -> Starlette:
    """Its paths."""
    return Starlette(
        routes=[
            Route("/{version:str}/models/{call:path}", gemini.generate, methods=["POST"]),
            Route("/{version:str}/models/{model:str}", gemini.describe, methods=["GET"]),
            Route("/control", gemini.control, methods=["POST"]),
        ]
    )


def _read(body: dict[str, Any]) -> tuple[bytes, str, dict[str, Any]]:
    parts = [part for content in body["contents"] for part in content["parts"]]
    photo = next(part["inlineData"]["data"] for part in parts if "inlineData" in part)
    told = " ".join(part["text"] for part in parts if "text" in part)
    # The SDK writes the alphabet of addresses; others the usual one.
    return base64.b64decode(photo.translate(_USUAL)), told, body.get("generationConfig", {})


def _restyled(photo: bytes, config: Mapping[str, Any], small: bool) -> bytes:
    """The photograph in false colours, of the size that was asked for."""
    asked = config.get("imageConfig", {})
    width, height = _SIZES.get(asked.get("aspectRatio", "1:1"), _SIZES["1:1"])
    times = 0.25 if small else _TIMES.get(asked.get("imageSize", "1K"), 1)
    lit = pyvips.Image.thumbnail_buffer(
        photo, int(width * times), height=int(height * times), size="force"
    ).colourspace("srgb")
    turned = lit[1].bandjoin([lit[2], 255 - lit[0]]).cast("uchar").copy(interpretation="srgb")
    return turned.pngsave_buffer(compression=1, keep=0)


def _candidate(parts: list[dict[str, Any]], *, finish: str) -> Response:
    first = {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}
    usage = {"promptTokenCount": 1300, "candidatesTokenCount": 1120, "totalTokenCount": 2420}
    return JSONResponse({"candidates": [first], "usageMetadata": usage, "modelVersion": "simulated"})


def _error(status: int, word: str, message: str, *, reason: str = "", delay: str = "") -> Response:
    details: list[dict[str, Any]] = []
    if reason:
        details.append({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason})
    if delay:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
    return JSONResponse(
        {"error": {"code": status, "message": message, "status": word, "details": details}}, status
    )
