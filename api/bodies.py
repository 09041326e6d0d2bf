"""What may be sent to the counter; unknown keys are refused, so that a slip of the pen is never silent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from domain.commands import Ground, Outcome
from domain.definition import Role
from domain.identifiers import DocumentKind

PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text as people write it: PostgreSQL keeps no NUL, and no paper prints control characters."""
Plain = Annotated[str, StringConstraints(pattern=PLAIN)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=PLAIN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Id = Annotated[str, StringConstraints(pattern=r"^[\w.@:|-]+$", max_length=120)]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Body(BaseModel):
    """A body of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PersonDocument(Body):
    """The document that identifies a person."""

    kind: DocumentKind = Field(DocumentKind.RESIDENT_ID, strict=False)
    number: Name


class Agent(Body):
    """One who acts for the applicant (apl:29)."""

    name: Name
    document: PersonDocument
    mobile: Name | None = None


class Contact(Body):
    """How the applicant is reached."""

    mobile: Name | None = Field(None, examples=["13800000000"])
    email: Name | None = Field(None, examples=["sample@example.com"])
    address: Name | None = None
    agent: Agent | None = None


class Person(Contact):
    """A natural person who applies."""

    kind: Literal["person"]
    name: Name
    document: PersonDocument


class Organisation(Contact):
    """A body that applies."""

    kind: Literal["organisation"]
    name: Name
    credit_code: Name = Field(description="统一社会信用代码")


Applicant = Annotated[Person | Organisation, Field(discriminator="kind")]


class MaterialIn(Body):
    """One material: a file uploaded before, or the paper shown at the window."""

    material: Identifier
    file: Digest | None = Field(None, description="上传文件后得到的摘要")
    paper: bool = Field(False, description="窗口收到纸质原件")
    file_name: Name | None = None


class Submission(Body):
    """An application."""

    item: str = Field(pattern=r"^[0-9]{12}$", description="事项基本编码")
    applicant: Applicant
    situations: dict[Identifier, Plain] = Field(default_factory=dict, max_length=50)
    form: dict[Identifier, bool | int | FiniteFloat | Plain] = Field(default_factory=dict, max_length=200)
    materials: list[MaterialIn] = Field(default_factory=list, max_length=200)
    promise: bool = Field(False, description="申请人自愿申请容缺受理并承诺按期补齐次要材料")
    provincial_number: Annotated[str, StringConstraints(pattern=r"^[\w-]+$", max_length=64)] | None = None


class SupplementIn(Body):
    """Materials handed in after the submission."""

    materials: list[MaterialIn] = Field(min_length=1, max_length=200)
    final: bool = Field(False, description="申请人表示已经交齐")


class DemandIn(Body):
    """One line of a one-time notice: a material, a defect of it, or a further requirement."""

    material: Identifier | None = None
    defect: Words | None = Field(None, description="何处不符合要求，或者另有何要求；缺少材料的不填")


class AnswerIn(Body):
    """An answer to a task."""

    outcome: Outcome = Field(strict=False)
    text: Words | None = Field(None, description="意见或者理由")
    demands: list[DemandIn] = Field(default_factory=list, max_length=100)
    ground: Ground | None = Field(None, strict=False)
    authority: Name | None = Field(None, description="应当向其申请的行政机关")
    officers: list[Id] = Field(default_factory=list, max_length=20)
    return_to: Identifier | None = None


class ClaimIn(Body):
    """Take a task, or give it back."""

    release: bool = False


class TransferIn(Body):
    """Pass a task on to another unit, or to a person of it."""

    unit: UnitCode
    person: Id | None = None
    text: Words | None = None


class WithdrawIn(Body):
    """Take the application back."""

    act: Literal["withdraw"]


class PromiseIn(Body):
    """Ask for deferred acceptance and promise the missing secondary materials."""

    act: Literal["promise"]


class AddHelperIn(Body):
    """Ask another one for an opinion on a task."""

    act: Literal["add_helper"]
    task: Id
    role: Role = Field(strict=False)
    unit: UnitCode
    text: Words | None = None


ActIn = Annotated[WithdrawIn | PromiseIn | AddHelperIn, Field(discriminator="act")]


class WithdrawalIn(Body):
    """Take an item out of the catalogue."""

    reason: Words
