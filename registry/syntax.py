"""What is said of a file that is not written as YAML or JSON."""

from __future__ import annotations

from domain.faults import Writing
from domain.words import Text

SAID: dict[Writing, tuple[Text, Text]] = {
    "not_utf8": (
        Text("文件不是 UTF-8 编码", "the file is not in UTF-8"),
        Text("请以 UTF-8 编码另存（不要用 GBK）", "save it in UTF-8 (not GBK)"),
    ),
    "empty": (
        Text("文件是空的", "the file is empty"),
        Text(
            "写一份定义，以 kind: item（事项）或者 kind: bundle（一件事）开头",
            "write a definition that begins with `kind: item` or `kind: bundle`",
        ),
    ),
    "too_large": (
        Text("文件过大", "the file is too large"),
        Text("一份定义不超过{0}个字符", "a definition has at most {0} characters"),
    ),
    "too_deep": (Text("嵌套过深", "nested too deeply"), Text("不超过{0}层", "at most {0} levels")),
    "too_many_values": (Text("内容过多", "too many values"), Text("不超过{0}个值", "at most {0} values")),
    "second_document": (
        Text("文件里有第二份文档（---）", "a second document begins here (---)"),
        Text("一个文件只写一份定义", "one definition a file"),
    ),
    "alias": (
        Text("用了 YAML 的锚点或别名（& 或 *）", "an anchor or alias of YAML (& or *)"),
        Text(
            "把内容直接写出来；以 & 或 * 开头的文字请加引号", "write it out; put text that begins with & or * in quotes"
        ),
    ),
    "tag": (
        Text("用了 YAML 的类型标签（!）", "a tag of YAML (!)"),
        Text("去掉标签；以 ! 开头的文字请加引号", "drop the tag; put text that begins with ! in quotes"),
    ),
    "directive": (
        Text("用了 YAML 的版本指令（%YAML）", "a version directive of YAML (%YAML)"),
        Text("去掉这一行，一律按 YAML 1.2 读取", "drop the line; everything is read as YAML 1.2"),
    ),
    "key_not_plain": (
        Text("键不是单个的词", "a key that is not a single word"),
        Text(
            "冒号前写字段名；以 {{ 或 [ 开头的文字请加引号",
            "write the name of a field; put text that begins with {{ or [ in quotes",
        ),
    ),
    "key_doubled": (
        Text("键 {0} 重复，第{1}行已有", "the key {0} stands on line {1} already"),
        Text("保留一处，删去另一处", "keep one of the two"),
    ),
    "control_character": (
        Text("有不可见的控制字符或残缺字符", "a control character or half a character"),
        Text("删去后重新输入", "delete it and type it anew"),
    ),
    "not_yaml": (
        Text("此处不符合 YAML 的写法：{0}", "this is not YAML: {0}"),
        Text(
            "检查缩进（空格，不用制表符）、冒号后的空格、引号和括号是否成对",
            "check the indentation (spaces, no tabs), the space after colons, and pairs of quotes and brackets",
        ),
    ),
}
"""For each code what is wrong and what would be right; {0} and {1} are filled in."""

PROBLEMS = {
    "found character '\\t'": "有制表符，缩进只能用空格",
    "mapping values are not allowed": "这里不能再有冒号，多半是上一行缩进不对或文字未加引号",
    "could not find expected ':'": "缺少冒号",
    "found unexpected end of stream": "文字没有写完，引号不成对",
    "expected <block end>": "缩进与上面不一致",
    "while parsing a flow": "括号没有配对",
    "found unexpected ':'": "多余的冒号",
    "expected ',' or": "缺少逗号或右括号",
    "did not find expected": "缩进或括号不对",
}
"""What the parser says most often, in Chinese; anything else is passed on as it is."""


def said(code: Writing, *filled: object) -> tuple[Text, Text]:
    """What is wrong and what would be right."""
    wrong, right = SAID[code]
    zh = [
        next((zh for en, zh in PROBLEMS.items() if en in one), one) if isinstance(one, str) else one for one in filled
    ]
    return (
        Text(wrong.zh.format(*zh), wrong.en.format(*filled)),
        Text(right.zh.format(*zh), right.en.format(*filled)),
    )
