"""The papers of an appeal against a card: what the unit says goes to the overseeing department, its decision to the unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.letters import ToUnit, give_letter
from domain.deadline import Office, due
from domain.law import carries_out
from domain.limits import Limit
from domain.record import Paper
from domain.values import SHANGHAI
from registry.units import EVERY_UNIT, Units
from storage.tables import CardRow, NoticeRow

COLOURS = {"warning": "预警", "yellow": "黄牌", "red": "红牌"}


class AppealPapers:
    """Gives them in the transaction that keeps the appeal or its decision; each once."""

    def __init__(self, units: Units, office: Office, acknowledge_days: int) -> None:
        self._units, self._office, self._days = units, office, acknowledge_days

    @carries_out("gz:19")
    async def appeal(self, session: AsyncSession, card: CardRow, text: str, at: datetime) -> NoticeRow | None:
        """The appeal goes to the department that oversees the unit's place."""
        to = self._units.management_of(card.unit) or EVERY_UNIT
        return await self._give(session, card, Paper.CARD_APPEAL, signer=card.unit, to=to, text=text, at=at)

    @carries_out("gz:19")
    async def decision(self, session: AsyncSession, card: CardRow, text: str, at: datetime) -> NoticeRow | None:
        """The decision goes to the unit."""
        signer = self._units.management_of(card.unit) or card.unit
        return await self._give(session, card, Paper.CARD_DECISION, signer=signer, to=card.unit, text=text, at=at)

    async def _give(
        self, session: AsyncSession, card: CardRow, paper: Paper, *, signer: str, to: str, text: str, at: datetime
    ) -> NoticeRow | None:
        return await give_letter(
            session,
            self._units,
            file=card.number,
            seq=card.seq,
            paper=paper,
            signer=self._units.unit(signer),
            to=ToUnit(to, acknowledge_by=due(at, Limit(days=self._days), self._office).day),
            facts={"c": self._facts(card, to), "text": text},
            given_at=at,
        )

    def _facts(self, card: CardRow, to: str) -> dict[str, Any]:
        return {
            "number": card.number,
            "seq": card.seq,
            "colour": COLOURS[card.colour],
            "rule": card.name,
            "given_on": card.given_at.astimezone(SHANGHAI).date(),
            "appealed_on": card.appealed_at.astimezone(SHANGHAI).date() if card.appealed_at else "",
            "decide_by": card.decide_by or "",
            "upheld": bool(card.upheld),
            "to_name": "政务服务管理部门" if to == EVERY_UNIT else self._units.unit(to).name,
        }
