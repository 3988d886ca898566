"""What people get of what is kept about them."""

from pixcrawler.adapters.postgres.own_data import LEFT_OUT, TABLES
from pixcrawler.adapters.postgres.tables import metadata


def test_every_table_that_is_somebodys_is_told_or_left_out_for_a_reason() -> None:
    of_somebody = {
        table.name
        for table in metadata.tables.values()
        if table.name == "profiles"
        or any(
            key.target_fullname == "profiles.id"
            for name in ("id", "owner_id")
            if name in table.columns
            for key in table.columns[name].foreign_keys
        )
    }
    assert {table for table, _ in TABLES.values()} | LEFT_OUT.keys() == of_somebody
