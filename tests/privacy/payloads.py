"""The payloads of a message of the engine, wherever they are in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, SearchAttributes


def payloads_in(message: Message) -> Iterator[Payload]:
    """Every payload but the values of search attributes, which the server itself has to read."""
    if isinstance(message, Payload):
        yield message
    elif not isinstance(message, SearchAttributes):
        for described, value in message.ListFields():
            if described.message_type is not None:
                for one in _messages(value):
                    yield from payloads_in(one)


def _messages(value: Any) -> Iterator[Message]:
    if isinstance(value, Message):
        yield value
    else:
        held = value.values() if hasattr(value, "values") else value
        yield from (one for one in held if isinstance(one, Message))
