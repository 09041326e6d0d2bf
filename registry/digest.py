"""What a definition says, written in the one way that its digest is made of."""

from __future__ import annotations

import hashlib
import json

from registry.kinds import Definition


def canonical_json(definition: Definition) -> str:
    """The definition as JSON: keys sorted, no spaces, values left out where they are the defaults.

    The order of keys, comments and the way the YAML was written make no difference; a default written out is the same
    as one left out. Without the defaults, a field that the engine learns later does not change old digests.
    """
    said = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(definition: Definition) -> str:
    """SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(definition).encode()).hexdigest()
