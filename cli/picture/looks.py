"""How the SVG picture looks."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from cli.picture.elements import put
from cli.picture.marks import Mark

STYLE = """
text { font-family: system-ui, "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  font-size: 13px; fill: #1f2937 }
.title { font-size: 18px; font-weight: 600 }
.small { font-size: 11px; fill: #6b7280 }
.middle { text-anchor: middle }
.strong { font-weight: 600 }
.off { fill: #eef0f3 }
.grid { stroke: #d5d9e0 }
.work { fill: #9db7d9 }
.path.work { fill: #1d4ed8 }
.whole.work { fill: #475569 }
.planned { fill: #ffffff; stroke: #9db7d9; stroke-dasharray: 3 2 }
.path.planned { stroke: #1d4ed8 }
.whole.planned { stroke: #475569 }
.paused { fill: url(#hatched); stroke: #b45309 }
.late { fill: #dc2626 }
.waiting { fill: #bbdfc4 }
.due { stroke: #b91c1c; stroke-width: 2.5 }
.was { stroke: #b91c1c; stroke-width: 1.5; stroke-dasharray: 2 3 }
.whole-due { stroke: #b91c1c; stroke-dasharray: 5 4 }
.arrow { fill: none; stroke: #b8bec8; stroke-width: 1.2; marker-end: url(#tip) }
.path.arrow { stroke: #1d4ed8; stroke-width: 2; marker-end: url(#path-tip) }
.done { fill: #15803d }
.ended { fill: #b91c1c }
.sign { fill: none; stroke: #ffffff; stroke-width: 1.8 }
"""
KINDS = {
    Mark.WORK: "work",
    Mark.PLANNED: "planned",
    Mark.PAUSED: "paused",
    Mark.LATE: "late",
    Mark.WAITING: "waiting",
}
"""The classes of bars."""
TIPS = {"tip": "#b8bec8", "path-tip": "#1d4ed8"}
DONE, ENDED = "M-3 0 L-1 2.5 L3.5 -2.5", "M-2.5 -2.5 L2.5 2.5 M2.5 -2.5 L-2.5 2.5"
"""The signs in the circles on the days on which something was handed over, or ended without a result."""


def definitions(root: Element) -> None:
    """The hatching of special procedures, and the tips of arrows."""
    defs = put(root, "defs")
    turned = "rotate(45)"
    hatched = put(
        defs, "pattern", id="hatched", width=6, height=6, patternUnits="userSpaceOnUse", patternTransform=turned
    )
    put(hatched, "rect", width=6, height=6, fill="#fef3c7")
    put(hatched, "rect", width=2, height=6, fill="#d97706")
    for id_, colour in TIPS.items():
        tip = put(
            defs, "marker", id=id_, viewBox="0 0 6 6", refX=5, refY=3, markerWidth=6, markerHeight=6, orient="auto"
        )
        put(tip, "path", d="M0 0 L6 3 L0 6 z", fill=colour)
