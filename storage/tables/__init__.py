"""The tables; importing this module makes all of them known to the migrations."""

from storage.tables.archive import HistoryRow
from storage.tables.case import CaseRow, ClockRow, EventRow, TaskRow, UnitCaseRow
from storage.tables.catalogue import CalendarNoticeRow, CalendarRow, DefinitionRow, ItemRow
from storage.tables.counter import ActUnderWayRow, RequestRow, TextRow
from storage.tables.grievance import GrievanceEventRow, GrievanceRow
from storage.tables.material import FileRow, FileUploadRow, MaterialRow
from storage.tables.notice import DeliveryRow, NoticeRow, NumberingRow
from storage.tables.people import ApplicantRow, BrokenPromiseRow
from storage.tables.posts import AbsenceRow, PersonRow, PostRow
from storage.tables.supervision import AlarmRow, CardRow, FindingRow, ReportRow, VisitRow
from storage.tables.tally import TalliedRow, TallyRow
from storage.tables.trouble import LookRow, TroubleRow

__all__ = [
    "AbsenceRow",
    "ActUnderWayRow",
    "AlarmRow",
    "ApplicantRow",
    "BrokenPromiseRow",
    "CalendarNoticeRow",
    "CalendarRow",
    "CardRow",
    "CaseRow",
    "ClockRow",
    "DefinitionRow",
    "DeliveryRow",
    "EventRow",
    "FileRow",
    "FileUploadRow",
    "FindingRow",
    "GrievanceEventRow",
    "GrievanceRow",
    "HistoryRow",
    "ItemRow",
    "LookRow",
    "MaterialRow",
    "NoticeRow",
    "NumberingRow",
    "PersonRow",
    "PostRow",
    "ReportRow",
    "RequestRow",
    "TalliedRow",
    "TallyRow",
    "TaskRow",
    "TextRow",
    "TroubleRow",
    "UnitCaseRow",
    "VisitRow",
]
