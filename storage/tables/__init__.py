"""The tables; importing this module makes all of them known to the migrations."""

from storage.tables.case import CaseRow, ClockRow, EventRow, TaskRow
from storage.tables.catalogue import CalendarNoticeRow, CalendarRow, DefinitionRow, ItemRow
from storage.tables.counter import ActUnderWayRow, RequestRow, TextRow
from storage.tables.material import FileRow, FileUploadRow, MaterialRow
from storage.tables.notice import DeliveryRow, NoticeRow, NumberingRow
from storage.tables.people import ApplicantRow, BrokenPromiseRow

__all__ = [
    "ActUnderWayRow",
    "ApplicantRow",
    "BrokenPromiseRow",
    "CalendarNoticeRow",
    "CalendarRow",
    "CaseRow",
    "ClockRow",
    "DefinitionRow",
    "DeliveryRow",
    "EventRow",
    "FileRow",
    "FileUploadRow",
    "ItemRow",
    "MaterialRow",
    "NoticeRow",
    "NumberingRow",
    "RequestRow",
    "TaskRow",
    "TextRow",
]
