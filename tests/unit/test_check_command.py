"""`bancheng check` and `bancheng schema`, as typed at a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from cli.main import app
from registry.kinds import BUNDLE
from registry.schema import definition_schema
from registry.source import read_source
from tests.bundles.sample import RESTAURANT, a_bundle_text
from tests.definitions import DEFINITIONS, SAMPLE

RUNNER = CliRunner()


def run(*words: str) -> tuple[int, str]:
    result = RUNNER.invoke(app, list(words))
    return result.exit_code, result.output


def test_the_real_definitions_have_no_fault() -> None:
    code, output = run("check", "--language", "zh", str(DEFINITIONS))

    assert (code, output.splitlines()[-1].endswith("没有问题。")) == (0, True), output


def test_every_fault_of_every_file_is_printed_and_the_status_is_1(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(SAMPLE.replace("officers: 2", "officers: 1").replace("after: [review]", "after: [revue]"), "utf-8")
    second.write_text(SAMPLE.replace("silence: deemed_accepted", "silence: overdue"), "utf-8")

    code, output = run("check", "--language", "zh", str(first), str(second))

    assert code == 1
    assert [line.split(": ")[1] for line in output.splitlines()[:3]] == (
        ["examination.on_site.officers", "examination.online.after.0", "intake.silence"]
    )
    assert output.splitlines()[-1] == "2份定义，2份有问题，共3处。"


def test_faults_are_told_in_english_on_request(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SAMPLE.replace("officers: 2", "officers: 1"), "utf-8")

    assert "send two or more" in run("check", "--language", "en", str(file))[1]


def test_of_a_folder_only_definitions_are_checked(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "a.yaml").write_text(SAMPLE, "utf-8")
    (tmp_path / "items" / "a.cases.yaml").write_text("kind: cases\n", "utf-8")
    (tmp_path / "2026.yaml").write_text("kind: calendar\n", "utf-8")
    (tmp_path / "notes.txt").write_text("x", "utf-8")

    assert run("check", "--language", "en", str(tmp_path)) == (0, "1 definition(s), no fault.\n")


def test_the_real_bundles_are_checked_against_the_items_of_the_folder_beside_them() -> None:
    code, output = run("check", "--language", "zh", str(DEFINITIONS / "bundles"))

    assert (code, output.splitlines()[-1].endswith("没有问题。")) == (0, True), output


def test_a_bundle_elsewhere_is_checked_against_the_items_of_the_definitions(tmp_path: Path) -> None:
    sound, faulty = tmp_path / "sound.yaml", tmp_path / "faulty.yaml"
    sound.write_text(RESTAURANT, "utf-8")
    faulty.write_text(a_bundle_text(("limit: {days: 10,", "limit: {days: 11,")), "utf-8")

    code, output = run("check", "--language", "en", str(tmp_path))

    assert (code, output.splitlines()[-1]) == (1, "2 definition(s), 1 with faults, 1 in all.")
    assert "faulty.yaml:13:8: limit: the 11 working days of the whole are over the longest way" in output


def test_items_given_with_a_bundle_count_over_those_of_the_folder(tmp_path: Path) -> None:
    bundle, item = tmp_path / "bundle.yaml", tmp_path / "item.yaml"
    bundle.write_text(RESTAURANT, "utf-8")
    shorter = (
        (DEFINITIONS / "items" / "tobacco_retail.yaml")
        .read_text("utf-8")
        .replace("promised: {days: 10", "promised: {days: 9")
    )
    item.write_text(shorter, "utf-8")

    alone, together = run("check", str(bundle)), run("check", "--language", "en", str(bundle), str(item))

    assert (alone[0], together[0]) == (0, 1)
    assert "over the longest way" in together[1]


def test_a_file_of_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: [item", "utf-8")

    code, output = run("check", str(tmp_path))

    assert (code, "a.yaml:1:12" in output) == (1, True)


@pytest.mark.parametrize("name", ["missing.yaml", "empty_folder"])
def test_nothing_to_check_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty_folder").mkdir()

    assert RUNNER.invoke(app, ["check", str(tmp_path / name)]).exit_code == 1


def test_the_schema_accepts_the_real_definitions_and_names_every_field() -> None:
    schema = definition_schema()
    items = [file for file in (DEFINITIONS / "items").glob("*.yaml") if not file.stem.endswith(".cases")]

    jsonschema.Draft202012Validator.check_schema(schema)
    form = jsonschema.Draft202012Validator(schema)
    for file in items:
        form.validate(read_source(file.read_bytes()).data)

    fields = [field for model in (schema, *schema["$defs"].values()) for field in model.get("properties", {}).values()]
    assert all(field["title"] and field["description"] for field in fields)


def test_the_schema_refuses_what_the_form_refuses() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**read_source(SAMPLE).data, "handling": "soon"}, definition_schema())


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    assert json.loads(run("schema")[1])["title"] == "事项定义 service item"
    assert json.loads(run("schema", "bundle")[1])["title"] == "“一件事”定义 bundle"
    assert run("schema", "--output", str(tmp_path / "new"))[0] == 0
    assert json.loads((tmp_path / "new" / "item.schema.json").read_text("utf-8")) == definition_schema()
    assert json.loads((tmp_path / "new" / "bundle.schema.json").read_text("utf-8")) == definition_schema(BUNDLE)


def test_one_schema_alone_is_written_on_request(tmp_path: Path) -> None:
    assert run("schema", "bundle", "--output", str(tmp_path))[0] == 0
    assert [file.name for file in tmp_path.iterdir()] == ["bundle.schema.json"]
