"""The method of the report: its number, and what each figure is.

A report names the method that it was made by. Once reports were made by one its code never changes: what is reckoned
otherwise is method 2, in a module of its own, and method 1 stays for the reports that name it.
"""

from __future__ import annotations

from typing import NamedTuple

from domain.words import Text

METHOD = 1


class Defined(NamedTuple):
    """A figure: what it is called, and what it counts."""

    name: Text
    means: Text


GENERAL = (
    Text(
        "月份为北京时间当月1日0时（含）至次月1日0时（不含）。只统计截止时刻以前发生的事实；以后的更正、办理不改变已经截止的月份。",
        "A month runs from its first 0:00 (included) to that of the next month (not included), Asia/Shanghai. Only facts before "
        "that cut count; what is corrected or done later changes no month that is over.",
    ),
    Text(
        "一个地方的报告包括由该地方政务服务管理部门监督的各单位；其内另有管理部门的地方（如市内各区）各有自己的报告，本报告只列其合计，不计入本地合计。",
        "The report of a place covers the units that its own department oversees. Places inside it with departments of their "
        "own have reports of their own; here they are shown beside the totals and not in them.",
    ),
    Text(
        "件数按办件计。“一件事”的一次申请计一件“一件事”办件，其各事项又各计一件；按申请次数统计时看“申请”（不含各事项）。",
        "Numbers count files. An application for a bundle is one file and each of its items another; applications leave the "
        "items out.",
    ),
    Text(
        "工作日按截止时刻施行的放假安排计算，受理当日不计；占比和平均数保留一位小数，四舍五入；没有可计的写“—”。",
        "Working days are those of the calendar in force at the cut, the day of acceptance not counted. Shares and averages "
        "have one decimal, halves go up; a dash where there is nothing to reckon.",
    ),
)

FIGURES: dict[str, Defined] = {
    "received": Defined(
        Text("收件", "received"),
        Text(
            "当月收到（补录的按登记当日）的办件",
            "files received in the month; what was entered later counts on the day of its entry",
        ),
    ),
    "applications": Defined(
        Text("其中：申请", "of them applications"),
        Text(
            "收件中不是“一件事”内事项的，即申请人提出的申请",
            "those that are no items of bundles: what applicants applied for",
        ),
    ),
    "bundles": Defined(
        Text("其中：“一件事”", "of them bundles"), Text("申请中的“一件事”申请", "applications for bundles")
    ),
    "bundle_items": Defined(
        Text("其中：“一件事”内事项", "of them items of bundles"),
        Text("收件中作为“一件事”内事项开始办理的", "files that began as items of bundles"),
    ),
    "accepted": Defined(
        Text("受理", "accepted"),
        Text("当月受理的次数，含容缺受理和视为受理", "acceptances, with deferred and deemed ones"),
    ),
    "accepted_deferred": Defined(
        Text("其中：容缺受理", "of them deferred"),
        Text("缺次要材料、承诺后补而受理的", "accepted with secondary materials to follow"),
    ),
    "deemed_accepted": Defined(
        Text("其中：视为受理", "of them deemed"),
        Text("逾期不告知，依法自收到材料之日起视为受理的", "accepted by silence (apl:32.4)"),
    ),
    "one_time_notices": Defined(
        Text("一次性告知", "one-time notices"), Text("当月发出的一次性告知", "one-time notices given")
    ),
    "sent_back": Defined(
        Text("退回申请", "sent back"),
        Text(
            "事项规定不补正、材料不齐退回重新申请的",
            "returned to be applied for anew, where the item knows no supplement",
        ),
    ),
    "second_notices": Defined(
        Text("未一次性告知", "second notices"),
        Text("再次告知了首次就应当告知的内容", "notices of what could have been told the first time"),
    ),
    "not_accepted": Defined(
        Text("不予受理（按理由）", "not accepted, by ground"),
        Text("当月不予受理，按法定理由", "refusals of acceptance by the law's ground"),
    ),
    "not_required": Defined(
        Text("无需办理", "not required"),
        Text("依法不需要取得许可而即时告知不受理的", "told at once that no permit is needed"),
    ),
    "granted": Defined(
        Text("准予", "granted"),
        Text(
            "当月准予的决定；“一件事”由其各事项分别决定，本身不计",
            "decisions to grant; a bundle is decided by its items and not counted itself",
        ),
    ),
    "refused": Defined(Text("不予准予", "refused"), Text("当月不予准予的决定", "decisions to refuse")),
    "ended_otherwise": Defined(
        Text("其他方式结束（按结果）", "ended otherwise, by ending"),
        Text(
            "当月没有作出准予或者不予准予决定而结束的办件",
            "files that ended in the month without a decision to grant or refuse",
        ),
    ),
    "closed": Defined(
        Text("办结", "closed"), Text("当月结束的办件，含送达和其他方式结束", "files that ended in the month in any way")
    ),
    "concluded": Defined(
        Text("审结", "concluded"),
        Text(
            "当月作出决定的办件；“一件事”以各事项全部决定为审结",
            "files decided in the month; a bundle once all its items are",
        ),
    ),
    "on_time": Defined(
        Text("其中：按承诺时限", "of them in the promised time"),
        Text(
            "审结以前没有超过承诺办结时限（超期后来因放假安排更正被撤销的视为没有超过）",
            "decided before the promised limit passed; a lateness taken back by a corrected calendar is none",
        ),
    ),
    "late_promised": Defined(
        Text("其中：超过承诺时限", "of them past the promised limit"),
        Text("超过承诺时限而在法定时限以内审结的", "decided past the promised limit and within the statutory one"),
    ),
    "late_statutory": Defined(
        Text("其中：超过法定时限", "of them past the statutory limit"),
        Text("超过法定时限审结的", "decided past the statutory limit"),
    ),
    "on_time_share": Defined(
        Text("按时率（%）", "on-time share (%)"),
        Text("按承诺时限审结占审结的百分比", "those in the promised time in percent of those concluded"),
    ),
    "days_cases": Defined(
        Text("用时统计件数", "files timed"),
        Text("审结、已受理且承诺时限以工作日计的办件", "files concluded and accepted whose promise is in working days"),
    ),
    "days_mean": Defined(
        Text("平均用时（工作日）", "mean time (working days)"),
        Text(
            "受理次日起至决定当日的工作日，特别程序的时间不计",
            "working days from the day after acceptance to the decision, special procedures left out",
        ),
    ),
    "days_median": Defined(Text("用时中位数", "median time"), Text("同上各件用时的中位数", "the median of the same")),
    "days_p90": Defined(
        Text("九成办件用时不超过", "90th percentile"),
        Text("同上，最近秩法的第90百分位数", "the same, 90th percentile by nearest rank"),
    ),
    "days_promised": Defined(
        Text("平均承诺时限", "mean promise"),
        Text("同上各件承诺的工作日的平均数", "the mean of the working days that these files promise"),
    ),
    "paused": Defined(
        Text("特别程序（按种类）", "special procedures"),
        Text("当月开始的不计入时限的特别程序", "special procedures that began and stopped the clock"),
    ),
    "pause_overrun": Defined(
        Text("特别程序超过告知时间", "special procedures overrun"),
        Text("超过告知时间仍未结束的次数", "how often one ran beyond the time announced"),
    ),
    "extended": Defined(Text("延期（按原因）", "extensions, by cause"), Text("当月批准的延期", "extensions granted")),
    "delays_told": Defined(
        Text("延误告知（按原因）", "delays told, by cause"),
        Text("没有延期而告知申请人延误原因和时间的", "delays told without a right to more time"),
    ),
    "filings": Defined(
        Text("报备", "filings"),
        Text("当月向政务服务管理部门报备的延期和延误", "extensions and delays filed with the overseeing department"),
    ),
    "filings_late": Defined(
        Text("其中：逾期签收", "of them acknowledged late"),
        Text(
            "在签收期限以后签收，或者截至月末逾期未签收的",
            "acknowledged after their day, or by the cut not at all though it was over",
        ),
    ),
    "limits_passed": Defined(
        Text("超过的期限（按种类）", "limits passed"),
        Text(
            "当月超过、至月末没有撤销的期限，acceptance 受理、promised 承诺、statutory 法定、delivery 送达、step 环节、hearing 听证",
            "limits that passed and were not taken back by the cut, by family",
        ),
    ),
    "still_late": Defined(
        Text("超期后久未办结", "still late"),
        Text("超过期限以后规定日数仍未办结的次数", "how often a passed limit was still not met so many days later"),
    ),
    "open": Defined(
        Text("月末在办", "open at the end"), Text("月末已经登记而没有结束的办件", "files on record and not ended")
    ),
    "open_by_age": Defined(
        Text("月末在办（按收件以来工作日）", "open, by age"),
        Text("自收件次日至月末的工作日", "working days from the day after receipt to the end of the month"),
    ),
    "open_by_light": Defined(
        Text("月末在办（按灯）", "open, by light"),
        Text(
            "red 曾超过法定时限，yellow 曾超过其他期限，blue 临近，green 正常",
            "red: the statutory limit has passed; yellow: another has; blue: one is near; green: none",
        ),
    ),
    "findings": Defined(
        Text("认定的情形（按种类）", "findings, by ground"),
        Text(
            "由事实发现的“办不成事”情形，至月末没有撤销的",
            "grounds of gz:13.5 found from facts and not withdrawn by the cut",
        ),
    ),
    "cards": Defined(
        Text("预警和红黄牌", "cards, by colour"),
        Text("当月发出、至月末没有撤销的", "given in the month and not withdrawn by the cut"),
    ),
    "card_appeals": Defined(
        Text("红黄牌申诉", "appeals against cards"), Text("当月提出的申诉", "appeals made in the month")
    ),
    "appeals_upheld": Defined(
        Text("申诉后维持", "cards upheld"), Text("当月决定维持的", "decided in the month: the card stands")
    ),
    "appeals_granted": Defined(
        Text("申诉后撤销", "cards withdrawn on appeal"),
        Text("当月决定撤销的", "decided in the month: the card is withdrawn"),
    ),
    "urged": Defined(Text("催办", "urgings"), Text("当月的催办次数", "urgings in the month")),
    "urged_by_applicants": Defined(
        Text("其中：申请人催办", "of them by applicants"),
        Text("申请人或者窗口代其催办的", "by the applicant, or the window for them"),
    ),
    "orders": Defined(Text("督办", "supervision orders"), Text("当月发出的督办", "orders given")),
    "orders_answered": Defined(
        Text("督办答复", "orders answered"), Text("当月答复的督办", "orders answered in the month")
    ),
    "orders_answered_late": Defined(
        Text("其中：逾期答复", "of them late"), Text("超过答复期限以后答复的", "answered after their limit")
    ),
    "orders_overdue": Defined(
        Text("月末逾期未答复的督办", "orders overdue"),
        Text("在办办件中超过期限仍未答复的督办", "orders in open files whose limit passed without an answer"),
    ),
    "visits": Defined(Text("到访", "visits"), Text("当月登记的提交申请的到访", "visits to hand something in")),
    "visits_unanswered": Defined(
        Text("其中：逾期没有结果", "of them unanswered in time"),
        Text("至答复期限没有收件或者书面答复的", "without a receipt or an answer by their day"),
    ),
}
"""Of places, units and items; every field of `figures.Figures`."""

GRIEVANCES: dict[str, Defined] = {
    "registered": Defined(
        Text("登记反映", "registered"),
        Text("本地“办不成事”反映窗口当月登记的反映件", "grievances registered at the window of the place"),
    ),
    "by_channel": Defined(Text("按来源", "by channel"), Text("登记的反映件的来源", "where those registered came from")),
    "by_ground": Defined(
        Text("按情形", "by ground"),
        Text("登记的反映件的情形；一件有两种情形的各计一次", "their grounds; one with two counts under both"),
    ),
    "by_class": Defined(
        Text("按类别", "by class"),
        Text("登记的反映件至月末的类别；none 为尚未分类", "their class by the cut; none: not classified yet"),
    ),
    "by_unit": Defined(
        Text("按承办单位", "by unit"), Text("登记的反映件至月末的承办单位", "the unit responsible by the cut")
    ),
    "by_item": Defined(Text("按事项", "by item"), Text("登记的反映件涉及的事项", "the items they are about")),
    "closed": Defined(Text("办结反映", "closed"), Text("当月办结的反映件", "grievances closed in the month")),
    "settled": Defined(
        Text("其中：走完全程", "of them settled"), Text("经复核评估办结的", "closed after their whole course")
    ),
    "excluded": Defined(
        Text("其中：不属于窗口范围", "of them excluded"), Text("说明理由后办结的", "no matter for the window")
    ),
    "open": Defined(Text("月末在办反映", "open at the end"), Text("月末没有办结的反映件", "not closed by the cut")),
    "escalated": Defined(
        Text("升级", "escalations"), Text("当月因环节逾期升级的次数", "how often a late leg went up a level")
    ),
    "answered": Defined(Text("答复（按结果）", "answers"), Text("当月答复的结果", "what was answered in the month")),
    "legs": Defined(
        Text("环节用时", "legs"),
        Text(
            "当月结束的各环节的次数和平均工作日（起始当日不计），以及当月逾期的次数",
            "legs that ended in the month, their mean working days, and how often one was late",
        ),
    ),
    "asked": Defined(
        Text("回访评价", "asked"), Text("当月回访中作出评价的次数", "reporters who said how satisfied they are")
    ),
    "satisfaction": Defined(
        Text("满意程度", "satisfaction"),
        Text("1 非常满意至 5 非常不满意（GB/T 39046 A.8）", "1 very satisfied to 5 very dissatisfied (GB/T 39046 A.8)"),
    ),
    "satisfied_share": Defined(
        Text("满意率（%）", "satisfied (%)"),
        Text("评价为1至3的占回访评价的百分比", "grades 1 to 3 in percent of those asked"),
    ),
    "conclusions": Defined(
        Text("复核结论", "conclusions"), Text("当月复核评估的结论", "conclusions of reviews in the month")
    ),
}
"""Every field of `grievances.GrievanceFigures`."""

SPOTS: dict[str, Defined] = {
    "items": Defined(Text("收件最多的事项", "items received most"), Text("按收件件数", "by files received")),
    "urged": Defined(Text("催办最多的事项", "items urged most"), Text("按催办次数", "by urgings")),
    "reported": Defined(
        Text("反映最多的事项", "items reported most"),
        Text("按认定的情形和系统以外登记的反映件", "by findings and grievances that people registered"),
    ),
    "visited": Defined(Text("到访最多的事项", "items visited for most"), Text("按到访次数", "by visits")),
    "causes": Defined(Text("问题的种类", "kinds of trouble"), Text("按出现该问题的办件数", "by the number of files")),
    "units": Defined(Text("问题较多的单位", "units in trouble"), Text("按出现问题的办件数", "by files in trouble")),
    "difficult": Defined(
        Text("难点", "difficult points"),
        Text(
            "某单位某事项中当月出现问题的办件，每件计一次，最多的在先；问题为：期限超过、未一次性告知、特别程序超过告知时间、超期后久未办结、被反映、收件四十个工作日以上未办结",
            "files of an item in a unit in which something went wrong in the month, each once, the most first: a limit passed, a "
            "second notice, a special procedure overrun, still late, reported, or open for more than forty working days",
        ),
    ),
}

TROUBLES: dict[str, Text] = {
    "late_acceptance": Text("超过受理时限", "acceptance late"),
    "late_promised": Text("超过承诺时限", "promised limit passed"),
    "late_statutory": Text("超过法定时限", "statutory limit passed"),
    "late_delivery": Text("超过送达时限", "delivery late"),
    "late_step": Text("超过环节时限", "a step late"),
    "late_hearing": Text("超过听证期限", "a hearing late"),
    "breach_found": Text("未一次性告知", "not told once"),
    "pause_overrun": Text("特别程序超过告知时间", "special procedure overrun"),
    "still_late": Text("超期后久未办结", "still late"),
    "reported": Text("被反映", "reported"),
    "open_long": Text("收件四十个工作日以上未办结", "open for over forty working days"),
}
"""What may go wrong in a file."""
