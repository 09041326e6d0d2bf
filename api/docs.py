"""The page that describes the interface: made from its OpenAPI description, and needing nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

router = APIRouter(include_in_schema=False)

PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ info.title }}</title>
<style>
body { font: 16px/1.6 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0 } code, pre { font-family: monospace; background: #f3f3f3 }
pre { padding: .6rem; overflow-x: auto } .method { display: inline-block; width: 4.5em; font-weight: bold }
</style></head><body>
<h1>{{ info.title }}</h1>
<p>{{ info.summary }}</p>
<p>请求须带 <code>Authorization: Bearer 凭证</code>，每个 POST 另带 <code>Idempotency-Key</code>；错误以
<code>application/problem+json</code> 说明依据和正确做法（<code>Accept-Language: en</code> 为英文）。
机器可读的描述：<a href="{{ openapi }}">{{ openapi }}</a></p>
{% for tag, operations in groups.items() %}
<h2>{{ tag }}</h2>
{% for one in operations %}
<details><summary><span class="method">{{ one.method }}</span> <code>{{ one.path }}</code> {{ one.summary }}</summary>
<p>{{ one.description }}</p>
{% if one.parameters %}<ul>{% for p in one.parameters %}
<li><code>{{ p.name }}</code>（{{ p.in }}{{ "，必填" if p.required }}）{{ p.description }}</li>{% endfor %}</ul>{% endif %}
{% for example in one.examples %}<pre>{{ example }}</pre>{% endfor %}
<ul>{% for status, said in one.responses %}<li>{{ status }} {{ said }}</li>{% endfor %}</ul>
</details>
{% endfor %}
{% endfor %}
</body></html>"""
)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Every address of the interface with what it takes, an example and what it answers."""
    described = request.app.openapi()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["—"])[0]
            groups.setdefault(tag, []).append(_operation(method, path, operation, described))
    page = PAGE.render(info=described["info"], groups=groups, openapi=request.app.openapi_url)
    return HTMLResponse(page)


def _operation(method: str, path: str, operation: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": operation.get("parameters", []),
        "examples": [json.dumps(one, ensure_ascii=False, indent=2) for one in _examples(operation, described)],
        "responses": [(status, said["description"]) for status, said in operation["responses"].items()],
    }


def _examples(operation: dict[str, Any], described: dict[str, Any]) -> list[Any]:
    """The examples of the body, those of each kind that it may be of."""
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    kinds = schema.get("oneOf") or schema.get("anyOf") or [schema]
    found: list[Any] = []
    for kind in kinds:
        name = kind.get("$ref", "").rpartition("/")[2]
        found += described["components"]["schemas"].get(name, kind).get("examples", [])
    return found
