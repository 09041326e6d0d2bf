"""`bancheng simulate`: the cases beside a definition, lived on a real engine while the days go by in a moment."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.language import speaks_english
from domain.words import Language, Text

if TYPE_CHECKING:
    from cli.simulation.batch import AnyCourse, AnyJob
    from cli.simulation.course import Course
    from cli.simulation.grievance.course import GrievanceCourse


def simulate(
    files: Annotated[
        list[Path], typer.Argument(help="办件实例、事项定义或其文件夹。Case files, definitions, or folders of them.")
    ],
    case: Annotated[
        str | None, typer.Option("--case", help="只运行名称含此文字的。Only cases whose name has this in it.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="打印每个办件的经过。Print the timeline of every case.")
    ] = False,
    svg: Annotated[
        Path | None, typer.Option(help="把“一件事”的图写入此文件。Write the picture of a bundle to this file.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="zh | en")] = None,
) -> None:
    """Run the cases; exit 1 if one does not go as written."""
    if language not in (None, "zh", "en"):
        raise typer.BadParameter("zh | en", param_hint="--language")
    speech: Language = "en" if (language or ("en" if speaks_english() else "zh")) == "en" else "zh"
    jobs = _jobs(files, case, speech)
    if svg is not None and len(jobs) != 1:
        zh = f"--svg 只画一个案例，选中了 {len(jobs)} 个；用 --case 选定一个"
        sys.exit(
            f"✗ {Text(zh, f'--svg is for one case, {len(jobs)} are chosen; choose one by --case').said_in(speech)}"
        )
    if not asyncio.run(_run(jobs, verbose=verbose or len(jobs) == 1, svg=svg, language=speech)):
        raise typer.Exit(1)


def _jobs(files: list[Path], case: str | None, language: Language) -> list[AnyJob]:
    from cli.simulation.batch import files_in, jobs_in
    from cli.simulation.reading import Unreadable

    try:
        jobs = jobs_in(files_in(files))
    except Unreadable as unreadable:
        sys.exit("\n".join(f"✗ {fault.said_in(language)}" for fault in unreadable.faults))
    wanted = [job for job in jobs if case is None or case in job.scenario.name]
    if not wanted:
        names = "\n  ".join(job.scenario.name for job in jobs)
        sys.exit(
            Text(f"✗ 没有名称含“{case}”的案例；有：", f"✗ no case is called “{case}”; there are:").said_in(language)
            + f"\n  {names}"
        )
    return wanted


async def _run(jobs: list[AnyJob], *, verbose: bool, svg: Path | None, language: Language) -> bool:
    """Whether every case went as written."""
    from cli.simulation.batch import office_of, run_all
    from cli.simulation.environment import environment
    from settings import settings

    definitions, begun = settings().definitions, time.monotonic()
    _progress(Text("正在启动模拟环境 …", "starting the simulation …").said_in(language))
    async with environment() as env:
        count = 0

        def done(course: AnyCourse) -> None:
            nonlocal count
            count += 1
            if course.failures:
                _clear()
                print(_verdict(course, language))
            _progress(f"{count}/{len(jobs)} {course.scenario.name}")

        courses = await run_all(jobs, office_of(definitions), env, done=done)
    _clear()
    for course in courses:
        if verbose:
            _tell(course, definitions, language)
        if svg is not None:
            _draw(course, svg, language)
    failed = sum(not course.as_written for course in courses)
    took = time.monotonic() - begun
    print(
        Text(
            f"{'✗' if failed else '✓'} {len(courses)} 个案例，{len(courses) - failed} 个与所写一致，{failed} 个不一致，"
            f"用时 {took:.1f} 秒",
            f"{'✗' if failed else '✓'} {len(courses)} cases, {len(courses) - failed} went as written, {failed} did not, "
            f"in {took:.1f} s",
        ).said_in(language)
    )
    return not failed


def _verdict(course: AnyCourse, language: Language) -> str:
    mark = "✓" if course.as_written else "✗"
    lines = [f"{mark} {course.scenario.name}"]
    lines += [f"  {failure.place} {failure.said_in(language)}" for failure in course.failures]
    return "\n".join(lines)


def _tell(course: AnyCourse, definitions: Path, language: Language) -> None:
    """The course as a timeline, for a bundle also as a picture, and whether it went as written."""
    from cli.simulation.course import Course

    print(f"\n━━ {course.scenario.name}（{'、'.join(course.scenario.case.basis)}）")
    if isinstance(course, Course):
        _tell_case(course, definitions, language)
    else:
        _tell_grievance(course, definitions, language)
    print(_verdict(course, language))


def _tell_grievance(course: GrievanceCourse, definitions: Path, language: Language) -> None:
    from cli.simulation.grievance.telling import said_of, told_grievance

    if course.beside is not None:
        _tell_case(course.beside, definitions, language)
        print()
    print(f"   {said_of(course, language)}")
    for line in told_grievance(course, definitions, language):
        print(f"   {line}")


def _tell_case(course: Course, definitions: Path, language: Language) -> None:
    from cli.picture.saying import summary
    from cli.picture.terminal import drawn, style_of
    from cli.simulation.picturing import picture_of
    from cli.simulation.telling import told

    if course.case is not None:
        item = course.case.item
        print(f"   {item.name} {item.code}@{item.version}")
    for line in told(course, definitions, language):
        print(f"   {line}")
    if picture := picture_of(course):
        print(f"\n   {summary(picture).said_in(language)}")
        for line in drawn(picture, style_of(sys.stdout, language, indent=3)):
            print(f"   {line}")


def _draw(course: AnyCourse, file: Path, language: Language) -> None:
    """Write the picture of the course to the file."""
    from cli.picture.svg import svg
    from cli.simulation.course import Course
    from cli.simulation.picturing import picture_of

    picture = picture_of(course) if isinstance(course, Course) else None
    if picture is None:
        text = Text("只有“一件事”的案例可以画图", "only a case of a bundle has a picture")
        sys.exit(f"✗ --svg：{text.said_in(language)}")
    file.write_text(svg(picture, language), encoding="utf-8")
    print(Text(f"图已写入 {file}", f"picture written to {file}").said_in(language))


def _progress(text: str) -> None:
    """One line that the next one takes the place of; only where somebody looks on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K▸ {text[:60]}")
        sys.stderr.flush()


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
