"""The catalogue knows items and bundles, and what the items of a bundle are on a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.bundle.definition import BundleDefinition, as_item
from domain.definition import ItemDefinition
from registry.digest import digest_of
from registry.reading import read_definition
from storage import catalogue
from storage.catalogue import Definitions, NotInCatalogue
from storage.database import Database
from storage.migrate import migrate
from tests.bundles.pair import FIRST, PAIR, SECOND, a_pair_text, its_item_text
from tests.conftest import Servers
from tests.definitions import Change

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SUMMER: Change = ("version: 2026-01-01", "version: 2026-07-01")


@pytest.fixture(scope="module")
async def own_database(servers: Servers) -> AsyncIterator[Database]:
    """A database with no definition."""
    url = servers.settings.database_url
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE catalogue")
    own = url.rpartition("/")[0] + "/catalogue"
    migrate(own)
    opened = Database(own)
    yield opened
    await opened.close()


@pytest.fixture
async def session(own_database: Database) -> AsyncIterator[AsyncSession]:
    """A transaction that is never committed."""
    async with own_database.begin() as opened:
        yield opened
        await opened.rollback()


async def register(session: AsyncSession, text: str, *, publish: bool = True) -> ItemDefinition | BundleDefinition:
    definition = read_definition(text, "x.yaml").definition
    assert definition is not None
    await catalogue.register(session, definition, digest_of(definition), text, "registrar", NOW)
    await session.flush()
    if publish:
        await catalogue.publish(session, definition.code, definition.version, "publisher", NOW)
    return definition


async def register_pair(session: AsyncSession, *changes: Change) -> BundleDefinition:
    for code in (FIRST, SECOND):
        await register(session, its_item_text(code))
    bundle = await register(session, a_pair_text(*changes))
    assert isinstance(bundle, BundleDefinition)
    return bundle


async def test_a_bundle_is_read_as_itself_and_as_the_one_matter_that_the_window_sees(session: AsyncSession) -> None:
    bundle, definitions = await register_pair(session), Definitions()

    whole = await definitions.get(session, PAIR, bundle.version)
    itself = await definitions.bundle(session, PAIR, bundle.version)

    assert whole == (as_item(bundle), digest_of(bundle))
    assert itself == (bundle, digest_of(bundle))


async def test_the_kind_of_a_code_is_known(session: AsyncSession) -> None:
    await register_pair(session)

    assert await catalogue.kind_of(session, PAIR) == "bundle"
    assert await catalogue.kind_of(session, FIRST) == "item"
    with pytest.raises(NotInCatalogue):
        await catalogue.kind_of(session, "449999999799")


async def test_an_item_is_no_bundle(session: AsyncSession) -> None:
    bundle = await register_pair(session)

    with pytest.raises(NotInCatalogue, match="no bundle"):
        await Definitions().bundle(session, FIRST, bundle.version)


async def test_items_are_those_in_force_on_the_day_of_the_application(session: AsyncSession) -> None:
    bundle = await register_pair(session)
    await register(session, its_item_text(FIRST, SUMMER))
    definitions = Definitions()

    before = await definitions.items_of_bundle(session, bundle, date(2026, 6, 30))
    after = await definitions.items_of_bundle(session, bundle, date(2026, 7, 1))

    assert {id_: str(found.definition.version) for id_, found in before.items()} == (
        {"first": "2026-01-01", "second": "2026-01-01"}
    )
    assert str(after["first"].definition.version) == "2026-07-01"
    assert after["first"].digest != before["first"].digest


async def test_a_version_that_is_not_published_is_not_taken(session: AsyncSession) -> None:
    bundle = await register_pair(session)
    await register(session, its_item_text(FIRST, SUMMER), publish=False)

    found = await Definitions().items_of_bundle(session, bundle, date(2026, 12, 1))

    assert str(found["first"].definition.version) == "2026-01-01"


async def test_the_version_that_a_bundle_names_is_taken_whatever_the_day(session: AsyncSession) -> None:
    bundle = await register_pair(session, (f'item: "{FIRST}"', f'item: "{FIRST}", version: 2026-01-01'))
    await register(session, its_item_text(FIRST, SUMMER))

    found = await Definitions().items_of_bundle(session, bundle, date(2026, 12, 1))

    assert str(found["first"].definition.version) == "2026-01-01"


@pytest.mark.parametrize("named", ["2026-03-01", "2025-01-01"])
async def test_a_version_named_that_is_not_there_names_the_item(session: AsyncSession, named: str) -> None:
    bundle = await register_pair(session, (f'item: "{FIRST}"', f'item: "{FIRST}", version: {named}'))

    with pytest.raises(NotInCatalogue) as caught:
        await Definitions().items_of_bundle(session, bundle, date(2026, 12, 1))

    assert caught.value.code == "bundle_item_gone"
    assert "first" in caught.value.text.zh


async def test_a_withdrawn_item_is_named(session: AsyncSession) -> None:
    bundle = await register_pair(session)
    await catalogue.withdraw_item(session, SECOND, "法规已经废止", "publisher", NOW)
    await session.flush()

    with pytest.raises(NotInCatalogue) as caught:
        await Definitions().items_of_bundle(session, bundle, date(2026, 12, 1))

    assert "second" in caught.value.text.zh
    assert "已经取消" in caught.value.text.zh


async def test_all_items_are_every_version_without_withdrawn_ones_and_bundles(session: AsyncSession) -> None:
    await register_pair(session)
    await register(session, its_item_text(FIRST, SUMMER), publish=False)

    every = await catalogue.all_items(session)
    some = await catalogue.all_items(session, [SECOND, PAIR])
    published = await catalogue.all_items(session, [FIRST], published=True)
    await catalogue.withdraw_item(session, SECOND, "法规已经废止", "publisher", NOW)
    left = await catalogue.all_items(session)

    assert {code: [str(one.version) for one in its] for code, its in every.items()} == (
        {FIRST: ["2026-01-01", "2026-07-01"], SECOND: ["2026-01-01"]}
    )
    assert list(some) == [SECOND]
    assert [str(one.version) for one in published[FIRST]] == ["2026-01-01"]
    assert list(left) == [FIRST]


async def test_bundles_are_found_by_an_item_of_a_published_version_of_theirs(session: AsyncSession) -> None:
    await register_pair(session)
    await register(session, a_pair_text(SUMMER), publish=False)

    found = await catalogue.bundles_with(session, FIRST)

    assert [(row.code, str(row.version)) for row in found] == [(PAIR, "2026-01-01"), (PAIR, "2026-07-01")]
    assert await catalogue.bundles_with(session, "449999999799") == []


async def test_bundles_are_listed_among_what_is_published(session: AsyncSession) -> None:
    await register_pair(session)

    listed = {row.code: row.kind for row in await catalogue.published(session, date(2026, 12, 1))}

    assert listed == {FIRST: "item", SECOND: "item", PAIR: "bundle"}
