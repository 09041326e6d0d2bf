"""What a paper may say: one typed object for each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from activities.papers.terms import Term
from activities.papers.words import GroundWords
from domain.definition import ItemType, Material
from domain.record import EventKind
from registry.units import Unit


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case as its papers name it."""

    number: str
    query_code: str
    received_on: date
    channel: str
    progress_page: str
    progress_url: str
    """The progress page with number and query code filled in; belongs on the receipt alone."""
    grievances: str = ""
    """Where a grievance is reported online, with number and query code."""


@dataclass(frozen=True, slots=True)
class ApplicantFacts:
    """The applicant; `document` is masked where it is a person's, `full_document` is for papers that need it."""

    name: str
    document: str
    full_document: str
    agent: str


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The item and what its definition says of the procedure."""

    name: str
    type: ItemType
    basis: str
    result: str
    on_paper: bool
    """Whether the result is a document that can be handed over, not a work done."""
    electronic: bool
    instant: bool
    silence_accepts: bool
    fee: str
    """What is charged and by which law; empty where nothing is (apl:58)."""

    @property
    def is_permit(self) -> bool:
        """Whether the law on administrative permits binds the item."""
        return self.type is ItemType.PERMIT


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: a material, and what is wrong with it or else asked for."""

    name: str
    kind: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier paper of the case."""

    title: str
    number: str
    given_on: date


@dataclass(frozen=True, slots=True)
class Change:
    """A due day that moved, of a limit that the applicant was told."""

    name: str
    old: str
    new: str
    """Marked where it may still move."""


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """A special procedure, as its beginning, its end, or the end of its time tell of it."""

    name: str = ""
    time: str = ""
    """What it needs, or needs more, or took: 4个工作日."""
    first: date | None = None
    until: date | None = None
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class LongerFacts:
    """Why it takes longer: an extension of a limit, or a delay without any right to one."""

    limit: str = ""
    """What the extended limit is called; empty for a delay."""
    original: str = ""
    """The limit without the extension: 20个工作日."""
    more: str = ""
    old: date | None = None
    new: str = ""
    until: date | None = None
    """By when it will be decided, late as it is."""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class PartFacts:
    """Items of a bundle, as an event tells of them."""

    name: str = ""
    """The item that the event is about; several of them joined."""
    how: str = ""
    """How it ended."""
    dropped: str = ""
    """Items that are not handled any more because of it."""
    goes_on: str = ""
    """Items that go on."""
    latest: date | None = None
    """The last day on which it may be finished without delaying the whole."""
    whole_due: date | None = None
    on_path: bool = False
    """Whether it lies on the longest way."""


@dataclass(frozen=True, slots=True)
class OversightFacts:
    """What supervision is about: an urging, an order, a lateness that goes on, a card."""

    n: int = 0
    """Which urging of the applicant's it is, or which order; 0 where they are not counted."""
    by: str = ""
    to_name: str = ""
    """The unit that the paper goes to, where the act names it."""
    units: str = ""
    """The units that are invited."""
    waiting: str = ""
    limit: str = ""
    limit_days: str = ""
    due: date | None = None
    after: str = ""
    left: int = 0
    """How many demands of a notice still stand."""
    grievance: str = ""
    colour: str = ""
    card: str = ""
    held: int = 0
    appeal_until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one paper may say; empty text where there is nothing to say, never None."""

    case: CaseFacts
    applicant: ApplicantFacts
    item: ItemFacts
    unit: Unit
    event: EventKind
    given_on: date
    accepted_on: date | None
    materials: tuple[Line, ...]
    missing: tuple[Line, ...]
    demands: tuple[Line, ...]
    round: int
    text: str
    ground: GroundWords
    authority: str
    late: str
    """The key of the limit that was passed."""
    limits: Mapping[str, str]
    """Every limit of the definition in words, whether or not it runs yet."""
    clocks: Mapping[str, Term]
    papers: Mapping[str, Reference]
    cited: str
    """The provision that the event rests on."""
    moved: tuple[Change, ...]
    procedure: ProcedureFacts
    part: PartFacts
    longer: LongerFacts
    held_on: date | None
    """The day of the hearing."""
    source: str
    """The order that changed the calendar."""
    acknowledge_by: date | None
    """Until when a department or unit that the paper goes to acknowledges it."""
    oversight: OversightFacts = OversightFacts()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is the same for every paper of a case."""

    case: CaseFacts
    applicant: ApplicantFacts
    item: ItemFacts
    unit: Unit
    limits: Mapping[str, str]
    materials: Mapping[str, Material]
    fields: Mapping[str, str]
    """Fields of the form, as materials are named, with what they are called."""
