"""How a guide is written: in one language, with a mark on everything that is only assumed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from domain.bundle.definition import BundleDefinition
from domain.checks.saying import limit_said
from domain.definition import ItemDefinition
from domain.limits import Limit, StatedLimit
from domain.situations import Answers
from domain.words import Language, Text
from registry.kinds import Definition
from registry.library import Library

OfKind = TypeVar("OfKind", bound=Definition, covariant=True)
YES_NO = {"yes": Text("是", "yes"), "no": Text("否", "no")}


class Pen(Generic[OfKind]):
    """Writes texts about one definition in one language."""

    def __init__(self, definition: OfKind, library: Library, language: Language) -> None:
        self.definition, self.library, self.language = definition, library, language

    def say(self, zh: str, en: str) -> str:
        """The one of two texts that is in the language of the guide."""
        return Text(zh, en).said_in(self.language)

    def word(self, term: str) -> str:
        """A term of the glossary."""
        return self.library.glossary.word(term).said_in(self.language)

    def cited(self, basis: str) -> str:
        """A basis in words."""
        return self.library.cited(basis).said_in(self.language) if basis else ""

    def answer(self, answer: str) -> str:
        """An answer to a situation; yes and no are said in the language of the guide."""
        return YES_NO[answer].said_in(self.language) if answer in YES_NO else answer

    def when(self, when: Answers) -> str:
        """In which situations something holds: 是否从事网络经营？是."""
        asked = {situation.id: situation.ask for situation in self.definition.situations}
        parts = [f"{asked.get(situation, situation)}{self.answer(answer)}" for situation, answer in when.items()]
        return self.say("；", "; ").join(parts)

    def length(self, limit: Limit) -> str:
        """A limit without its start: 5个工作日."""
        return limit_said(limit).said_in(self.language)

    def limit(self, limit: StatedLimit) -> str:
        """A limit with its start: 受理之日起5个工作日."""
        start, length = self.word(f"starts.{limit.starts.value}"), self.length(limit)
        if limit.days == 0:
            return self.say(f"{start}当日（当场）", f"on the {start}, on the spot")
        if limit.is_part_of_a_day:
            return self.say(f"{start.removesuffix('之日')}起{length}", f"{length} from the very hour ({start})")
        return self.say(f"{start}起{length}", f"{length} from the {start}")

    def mark(self, path: str) -> str:
        """The mark of what is assumed at the path or under it."""
        return self._marks(lambda at: _under(at, path))

    def mark_entry(self, path: str, *, apart: tuple[str, ...] = ()) -> str:
        """The mark of an entry: what is assumed of it as a whole, of all that it belongs to, or of anything under it
        that is not written apart from it."""
        elsewhere = [f"{path}.{name}" for name in apart]
        return self._marks(
            lambda at: _under(path, at) or (_under(at, path) and not any(_under(at, other) for other in elsewhere))
        )

    def _marks(self, applies: Callable[[str], bool]) -> str:
        reasons = dict.fromkeys(one.why for one in self.definition.assumed if applies(one.at))
        return "".join(self.say(f"（假定，待核实：{why}）", f" (assumed, to be confirmed: {why})") for why in reasons)


ItemPen = Pen[ItemDefinition]
BundlePen = Pen[BundleDefinition]
AnyPen = Pen[Definition]


def _under(path: str, above: str) -> bool:
    return f"{path}.".startswith(f"{above}.")
