"""Each trouble in one sentence: what is wrong, since when, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.summary import in_chinese
from domain.telling import ROLES, clock_name
from domain.troubles import FILES, NOT_FOUND_TO_ARCHIVE, FailingTask, TroubleKind, number_of
from domain.values import SHANGHAI
from domain.words import Text

Sentence = Callable[[str, Text, Mapping[str, Any]], Text]
"""Says a trouble by its subject, since when it is there, and its facts."""

STATUSES: dict[str, Text] = {
    "terminated": Text("被终止", "was terminated"),
    "failed": Text("已失败", "failed"),
    "timed_out": Text("已超时", "timed out"),
    "canceled": Text("被取消", "was cancelled"),
    "completed": Text("已结束", "has completed"),
    "missing": Text("已不存在", "is gone"),
}


def says(kind: TroubleKind, subject: str, since: datetime, facts: Mapping[str, Any]) -> Text:
    """The trouble in one sentence: what, since when, and what to do."""
    return SAYS[kind](subject, _at(since), facts)


def _queue(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    zh = {"workflow": "流程", "activity": "活动"}.get(facts["tasks"], "流程和活动")
    en = {"workflow": "workflow", "activity": "activity"}.get(facts["tasks"], "workflow and activity")
    cases, waiting = facts["cases"], facts["backlog"]
    if facts.get("reports"):
        return Text(
            f"月度报告的任务队列 {subject} 自{since.zh}起没有工作进程来取任务，或者来不及做（排队任务 {waiting} 项）：月度通报和报告"
            "编不出来（gz:19），办件照常进行；请启动承担 reports 的工作进程（BANCHENG_WORKER_DOES）",
            f"Since {since.en} nobody takes the tasks of the queue {subject}, or not fast enough ({waiting} tasks wait):"
            " monthly reports are not made (gz:19), cases go on. Start a worker that does `reports` (BANCHENG_WORKER_DOES)",
        )
    if facts.get("polled"):
        return Text(
            f"任务队列 {subject} 有工作进程，而 {waiting} 项{zh}任务自{since.zh}起没有轮到，{cases} 件在办的受影响；"
            "新版本还没有启用（bancheng upgrade），或者工作进程太少",
            f"The queue {subject} has workers, and {waiting} of its {en} tasks have waited since {since.en}; {cases} open"
            " workflows are concerned. A new release was not promoted (bancheng upgrade), or there are too few workers",
        )
    return Text(
        f"任务队列 {subject} 自{since.zh}起没有工作进程来取{zh}任务，{cases} 件在办的停在原处（排队任务 {waiting} 项）；"
        "请启动工作进程，并查看它为何停止",
        f"Since {since.en} nobody takes the {en} tasks of the queue {subject}; {cases} open workflows stand still"
        f" ({waiting} tasks wait). Start a worker, and look why it stopped",
    )


def _failing(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who, times = _named(subject), facts["attempts"]
    why = {
        FailingTask.NONDETERMINISM: Text(
            "正在运行的程序与它的办理历史不一致（非确定性错误，多半是上线的新版本没有兼容在办件）；请退回上一版本，"
            "或者用 workflow.patched 兼容后重新上线",
            "the running code does not fit its history (non-determinism: most likely a bad deploy). Go back to the release"
            " before, or make the change with workflow.patched and deploy again",
        ),
        FailingTask.CODE: Text(
            f"程序出错（{facts['type']}）；修正并重新上线以后会自行继续",
            f"an exception in the code ({facts['type']}). Once the code is mended and deployed it goes on by itself",
        ),
        FailingTask.TIMEOUT: Text(
            "工作进程没有在时限内处理完（卡住、过载，或者反复崩溃）；请查看工作进程的日志和负载",
            "the worker does not finish in time (blocked, overloaded, or dying). Look at its log and load",
        ),
    }.get(facts["cause"], Text(f"引擎拒绝了它的结果（{facts['type']}）", f"the engine refused it ({facts['type']})"))
    return Text(
        f"{who.zh}自{since.zh}起不能继续，已试 {times} 次：{why.zh}",
        f"The {who.en} has not gone on since {since.en}, after {times} attempts: {why.en}",
    )


def _retrying(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who = _named(subject)
    return Text(
        f"{who.zh}的后台操作 {facts['activity']} 自{since.zh}起反复失败（第 {facts['attempts']} 次，"
        f"错误 {facts['error']}）；引擎会一直重试，请排除原因（数据库、网络，或者程序错误）",
        f"The activity {facts['activity']} of the {who.en} has failed again and again since {since.en} (attempt"
        f" {facts['attempts']}, {facts['error']}). The engine keeps trying: mend the cause (database, network, or a bug)",
    )


def _register(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    wait = _waiting(Text("份", "materials"), since, facts)
    if not facts["attempts"]:
        return Text(
            f"没有进程向共享数据源 {subject} 取材料，或者来不及取：{wait.zh}；办件照常进行（gz:17），请启动承担 outside 的工作进程，"
            "或者在 registers.yaml 中写明该数据源",
            f"Nobody asks the register {subject}, or not fast enough: {wait.en}. Cases go on (gz:17). Start a worker that does"
            " `outside`, or list it in registers.yaml",
        )
    return Text(
        f"共享数据源 {subject} 没有给出材料：{wait.zh}；办件照常进行，不得改由申请人提交（gz:17），请联系数据源单位",
        f"The register {subject} gives nothing: {wait.en}. Cases go on and the applicant is not asked (gz:17): call those who run it",
    )


def _channel(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    wait = _waiting(Text("份文书", "papers"), since, facts)
    if not facts["attempts"]:
        return Text(
            f"送达渠道 {subject} 没有进程在发送，或者来不及发送：{wait.zh}；请启动承担 outside 的工作进程，或者在 units.yaml 中恢复该渠道",
            f"Nobody sends on the channel {subject}, or not fast enough: {wait.en}. Start a worker that does `outside`, or put the"
            " channel back into units.yaml",
        )
    return Text(
        f"送达渠道 {subject} 有文书发不出去：{wait.zh}；文书在消息箱中可见，请检查邮件服务器或者短信网关，只是个别文书的请核对收件地址",
        f"The channel {subject} does not take papers: {wait.en}. They are in the message box; look at the mail server or gateway,"
        " and where it is a few alone at their addresses",
    )


def _waiting(what: Text, since: Text, facts: Mapping[str, Any]) -> Text:
    """How many wait, since when, and after how many attempts."""
    n, times = facts["waiting"], facts["attempts"]
    tried = Text(f"，最多已试 {times} 次", f", after up to {times} attempts") if times else Text("", "")
    return Text(
        f"{n} {what.zh}在等，最早的自{since.zh}起{tried.zh}",
        f"{n} {what.en} wait, the oldest since {since.en}{tried.en}",
    )


def _vacant(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    role, _, unit = subject.partition("@")
    called, tasks = ROLES.get(role, Text(role, role)), facts["tasks"]
    at = facts.get("unit_name") or unit
    return Text(
        f"{at}的{called.zh}岗位自{since.zh}起无人，{tasks} 项任务没有人可以办理；请任命人员或者安排代理（gz:8.3）",
        f"Nobody has been {called.en} of {at} since {since.en}, and {tasks} tasks lie with the role. Appoint somebody"
        " or a substitute (gz:8.3)",
    )


def _missed(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who, clock = _named(subject), clock_name(str(facts["clock"]))
    clock = Text(clock.zh.removeprefix("反映件"), clock.en.removesuffix(" of a grievance"))  # `who` says so
    return Text(
        f"{who.zh}的{clock.zh}已于{since.zh}届满，办件引擎没有作出反应；请查看工作进程和该办件的流程，恢复后会按原时间补记",
        f"The {clock.en} of the {who.en} passed at {since.en} and the engine has not noticed. Look at the worker and"
        " at its workflow; once it runs, the limit is put on record with its own time",
    )


def _behind(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who, file, history = _named(subject), facts["file"], facts["history"]
    run = f"bancheng reconcile {number_of(subject)}"
    done = facts.get("repaired")
    failed = Text(
        f"自动补登没有成功（{facts.get('error')}），请排除原因后运行 {run}",
        f"Repair failed ({facts.get('error')}): mend the cause and run {run}",
    )
    then = Text("已按历史补登", "It was repaired from the history") if done else failed
    return Text(
        f"{who.zh}的档案落后于办理历史：档案到第 {file} 项，历史有 {history} 项（{since.zh}发现）；{then.zh}",
        f"The file of the {who.en} is behind its history: event {file} of {history} (found {since.en}). {then.en}",
    )


def _ahead(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who, file, history = _named(subject), facts["file"], facts["history"]
    return Text(
        f"{who.zh}的档案（第 {file} 项）超前于办理历史（第 {history} 项），多半是 Temporal 的数据库恢复到了更早的备份；"
        "不能自动修复，请把两个数据库恢复到同一时刻（docs/troubles.md）",
        f"The file of the {who.en} (event {file}) is ahead of its history (event {history}): most likely Temporal's database"
        " was restored to an earlier moment. It cannot be repaired by itself: restore both to one moment (docs/troubles.md)",
    )


def _gone(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who, status = _named(subject), STATUSES.get(str(facts["status"]), STATUSES["missing"])
    reset = f'temporal workflow reset --workflow-id {subject} --type LastWorkflowTask --reason "…"'
    run = Text("请从备份恢复 Temporal 的数据库（docs/troubles.md）", "Restore Temporal's database (docs/troubles.md)")
    if facts["status"] != "missing":
        run = Text(f"请运行 {reset}", f"Run {reset}")
    return Text(
        f"{who.zh}仍在办，而它在办件引擎中的流程{status.zh}（{since.zh}）；{run.zh}",
        f"The {who.en} is open and its workflow {status.en} ({since.en}). {run.en}",
    )


def _without_file(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    who = _named(subject)
    return Text(
        f"办件引擎中有{who.zh.strip()}（{since.zh}开始），数据库中没有它的档案，多半是数据库恢复到了更早的备份；"
        "申请人和材料不在历史中，请从备份恢复（docs/troubles.md）",
        f"The engine runs the {who.en} (begun {since.en}) and the database has no file of it: most likely it was"
        " restored to an earlier moment. No history holds applicant and materials: restore them (docs/troubles.md)",
    )


def _unstarted(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    zh, en = ("反映件", "grievances") if subject == "grievances" else ("申请", "applications")
    return Text(
        f"{facts['waiting']} 份{zh}已收件登记而办件引擎没有立案，最早的自{since.zh}起；请查看引擎和工作进程，恢复后自动立案",
        f"{facts['waiting']} {en} are on file and not opened by the engine, the oldest since {since.en}. Look at"
        " Temporal and the worker; they are opened by themselves then",
    )


def _not_archived(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
    files, days, goes = facts["files"], facts["days"], facts["goes_at"]
    if subject == NOT_FOUND_TO_ARCHIVE:
        return Text(
            f"{files} 件已办结，办理历史在 Temporal 中找不到，而保存期未满，最早的于{since.zh}办结；多半是命名空间设错，或者 "
            "Temporal 的数据库恢复到了更早的备份，请核对（docs/archive.md）；历史恢复以后一天之内自行归档",
            f"{files} closed cases have no history in Temporal although its retention is not over, the oldest closed at"
            f" {since.en}. Most likely the namespace is another one or its database was restored to an earlier moment"
            " (docs/archive.md). Once the histories are back they are archived within a day",
        )
    until = Text("", "")
    if goes:
        at = _at(datetime.fromisoformat(goes))
        until = Text(f"；它的历史将于{at.zh}从 Temporal 中删除", f", and its history goes at {at.en}")
    return Text(
        f"{files} 件已办结而办理历史没有归档，最早的于 {days} 天前（{since.zh}）办结{until.zh}；请查看工作进程的日志"
        "（worker.archiving）和文件夹的剩余空间",
        f"{files} closed cases are not archived; the oldest was closed {days} days ago ({since.en}){until.en}. Look at"
        " the log of the workers (worker.archiving) and at the room in the folder of files",
    )


def _silent(who: Text, then: Text) -> Sentence:
    """Says that a part does not answer, and what that means."""

    def said(subject: str, since: Text, facts: Mapping[str, Any]) -> Text:
        error = facts["error"]
        return Text(
            f"{who.zh}自{since.zh}起没有响应（{error}）；{then.zh}，恢复后自动继续",
            f"{who.en} has not answered since {since.en} ({error}). {then.en}; all goes on by itself when it is back",
        )

    return said


_database = _silent(
    Text("数据库", "PostgreSQL"),
    Text("收件、查询和登记都停止", "Nothing can be taken in, looked up or put on file"),
)
_engine = _silent(
    Text("办件引擎（Temporal）", "Temporal"),
    Text("申请照收，其他操作暂停", "Applications are taken in, other acts wait"),
)


SAYS: dict[TroubleKind, Sentence] = {
    TroubleKind.QUEUE_UNSERVED: _queue,
    TroubleKind.TASK_FAILING: _failing,
    TroubleKind.ACTIVITY_RETRYING: _retrying,
    TroubleKind.REGISTER_DOWN: _register,
    TroubleKind.CHANNEL_REFUSING: _channel,
    TroubleKind.ROLE_VACANT: _vacant,
    TroubleKind.MISSED_TIMER: _missed,
    TroubleKind.BEHIND: _behind,
    TroubleKind.FILE_AHEAD: _ahead,
    TroubleKind.WORKFLOW_GONE: _gone,
    TroubleKind.WORKFLOW_WITHOUT_FILE: _without_file,
    TroubleKind.UNSTARTED: _unstarted,
    TroubleKind.NOT_ARCHIVED: _not_archived,
    TroubleKind.DATABASE_DOWN: _database,
    TroubleKind.ENGINE_DOWN: _engine,
}


def _at(moment: datetime) -> Text:
    moment = moment.astimezone(SHANGHAI)
    return Text(f"{in_chinese(moment.date())}{moment:%H:%M:%S}", f"{moment:%Y-%m-%d %H:%M:%S}")


def _named(subject: str) -> Text:
    kind, _, number = subject.partition(":")
    if kind not in FILES:
        return Text(f"流程 {subject} ", f"workflow {subject}")
    return Text(f"{FILES[kind].zh} {number} ", f"{FILES[kind].en} {number}")
