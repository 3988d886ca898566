"""Lists of the images of large jobs: bitmaps of what each image is, kept in step by triggers

See docs/decisions/0037-lists-of-images-as-bitmaps.md; ``adapters/postgres/image_lists.py`` makes the lists.
"""

# ruff: noqa: S608 -- joined from what stands in this file
from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NEW = "NEW TABLE AS new_rows"
TABLES = ("image_lists", "image_places", "image_marks")
MARKS_OF = """
    CREATE FUNCTION pixcrawler.marks_of(of_job uuid, these uuid[]) RETURNS TABLE (candidate_id uuid, mark text)
    LANGUAGE plpgsql STABLE ROWS 20000
    SET search_path = '' SET enable_seqscan = off SET enable_mergejoin = off AS $$
    #variable_conflict use_column
    BEGIN RETURN QUERY
        WITH c AS MATERIALIZED (
            SELECT c.id, c.state, c.reason, f.id AS file, f.format, f.width, f.height, f.label,
                   f.keyword, f.position, f.candidate_id = c.id AS own, f.state = 'accepted' AS accepted
            FROM unnest(these) AS x(id)
            JOIN public.candidates c ON c.id = x.id AND c.job_id = of_job
            LEFT JOIN public.images f ON f.id = c.image_id
            WHERE c.state <> 'pending' AND c.reason IS DISTINCT FROM 'removed'
        ), s AS MATERIALIZED (
            SELECT c.id, s.source, s.license, first_value(s.license) OVER (
                PARTITION BY c.id
                ORDER BY (c.own AND k.keyword = c.keyword AND k.position = c.position) IS TRUE DESC,
                         s.refused IS NOT NULL, k.keyword, k.position, s.rank) AS shown
            FROM c JOIN public.sightings s ON s.candidate_id = c.id JOIN public.chunks k ON k.id = s.chunk_id
        )
        SELECT c.id, m.mark FROM c CROSS JOIN LATERAL unnest(ARRAY[
            c.state, 'reason:' || c.reason, 'format:' || c.format,
            CASE WHEN c.file IS NOT NULL THEN 'file' END,
            CASE WHEN c.own AND c.accepted THEN 'label:' || c.label END,
            CASE WHEN c.own AND c.accepted THEN 'keyword:' || c.keyword END,
            CASE WHEN c.reason IN ('duplicate_exact', 'duplicate_near') THEN 'copy' END
        ]) AS m(mark) WHERE m.mark IS NOT NULL
        UNION ALL
        SELECT c.id, side.name || ':' || to_char(n, 'FM00') FROM c
        CROSS JOIN LATERAL (VALUES ('width', c.width), ('height', c.height)) AS side(name, pixels)
        CROSS JOIN LATERAL generate_series(0, ln(side.pixels)::int * 3 / 2 + 1) AS n
        WHERE (side.pixels::bigint >> n) & 1 = 1
        UNION ALL SELECT DISTINCT s.id, 'source:' || s.source FROM s
        UNION ALL SELECT DISTINCT s.id, 'license:' || s.shown FROM s;
    END $$
"""
ZERO = "repeat('0', 8192)::bit(8192)"
MARK_IMAGES = f"""
    CREATE FUNCTION pixcrawler.mark_images(of_job uuid, these uuid[]) RETURNS void
    LANGUAGE plpgsql SET search_path = '' SET enable_seqscan = off SET enable_mergejoin = off AS $$
    BEGIN
        WITH spot AS MATERIALIZED (
            SELECT x.id, at.place / 8192 AS part, at.place % 8192 AS bit
            FROM unnest(these) AS x(id)
            CROSS JOIN LATERAL (
                SELECT p.place + array_position(p.ids, x.id) - 1 AS place FROM public.image_places p
                WHERE p.job_id = of_job AND p.first <= x.id ORDER BY p.first DESC LIMIT 1
            ) AS at WHERE at.place IS NOT NULL
        ), touched AS (
            SELECT part, bit_or(set_bit({ZERO}, spot.bit, 1)) AS bits FROM spot GROUP BY part
        ), fresh AS MATERIALIZED (
            SELECT m.mark, spot.part, bit_or(set_bit({ZERO}, spot.bit, 1)) AS bits
            FROM pixcrawler.marks_of(of_job, these) AS m JOIN spot ON spot.id = m.candidate_id
            GROUP BY m.mark, spot.part
        ), changed AS (
            UPDATE public.image_marks m SET bits = (m.bits & ~t.bits) | v.bits
            FROM touched t, LATERAL (
                SELECT k.mark, coalesce(f.bits, {ZERO}) AS bits
                FROM public.image_marks k LEFT JOIN fresh f ON f.mark = k.mark AND f.part = k.part
                WHERE k.job_id = of_job AND k.part = t.part
            ) AS v
            WHERE m.job_id = of_job AND m.part = t.part AND m.mark = v.mark AND m.bits & t.bits <> v.bits
        )
        INSERT INTO public.image_marks (job_id, mark, part, bits)
        SELECT of_job, mark, part, bits FROM fresh ON CONFLICT (job_id, mark, part) DO NOTHING;
    END $$
"""
# Of the numbers whose binary digits are the slices, which are not less than ``edge``: from the last digit to
# the first. ``digits`` says which each slice is, in any order; one that is not there is 0 for all.
AT_LEAST = f"""
    CREATE FUNCTION pixcrawler.at_least(slices bit(8192)[], digits int[], edge bigint) RETURNS bit(8192)
    LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
    DECLARE
        found bit(8192) := ~{ZERO};
        at int;
    BEGIN
        FOR digit IN 0 .. 31 LOOP
            at := array_position(digits, digit);
            IF (edge >> digit) & 1 = 1 THEN
                found := coalesce(slices[at] & found, {ZERO});
            ELSIF at IS NOT NULL THEN
                found := slices[at] | found;
            END IF;
        END LOOP;
        RETURN found;
    END $$
"""
# The advisory lock is for the moment in which a list is begun: whoever has changed something before waits
# for no list, and the list waits for them.
IMAGES_CHANGED = """
    CREATE FUNCTION pixcrawler.images_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = '' AS $$
    DECLARE
        job uuid;
        these uuid[];
    BEGIN
        FOR job IN SELECT DISTINCT n.job_id FROM new_rows n LOOP
            PERFORM pg_advisory_xact_lock_shared(hashtextextended(job::text, 22));
            CONTINUE WHEN NOT EXISTS (
                SELECT FROM public.image_lists l JOIN public.crawl_jobs j ON j.id = l.job_id AND j.run = l.run
                WHERE l.job_id = job);
            PERFORM FROM public.image_lists l WHERE l.job_id = job FOR UPDATE;
            IF TG_TABLE_NAME = 'candidates' THEN
                these := ARRAY(SELECT n.id FROM new_rows n WHERE n.job_id = job);
            ELSE
                these := ARRAY(SELECT n.candidate_id FROM new_rows n WHERE n.job_id = job
                              UNION SELECT o.candidate_id FROM old_rows o WHERE o.job_id = job);
            END IF;
            PERFORM pixcrawler.mark_images(job, these);
        END LOOP;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    # A user who is called pixcrawler would make tables in the schema of that name, where our functions are.
    op.execute("SET LOCAL search_path = public")
    _make_tables()
    op.create_index(
        "ix_crawl_jobs_large",
        "crawl_jobs",
        ["id"],
        postgresql_where=sa.text("status = 'completed' AND found >= 10000"),
    )
    for function in (MARKS_OF, MARK_IMAGES, AT_LEAST, IMAGES_CHANGED):
        op.execute(function)
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pixcrawler FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION pixcrawler.user_id() TO PUBLIC")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table, rows in (("candidates", NEW), ("images", f"OLD TABLE AS old_rows {NEW}")):
        op.execute(
            f"CREATE TRIGGER relist AFTER UPDATE ON {table} REFERENCING {rows}"
            " FOR EACH STATEMENT EXECUTE FUNCTION pixcrawler.images_changed()"
        )
    _close(*TABLES)


def _close(*tables: str) -> None:
    """Supabase grants its roles whatever is new; RLS alone would let them TRUNCATE it."""
    walls = import_module("pixcrawler.adapters.postgres.migrations.versions.0020_walls")
    op.execute(walls.join(*tables).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute("SELECT pixcrawler.join_supabase()")


def _make_tables() -> None:
    op.create_table(
        "image_lists",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("last", sa.Uuid(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["crawl_jobs.id"], name=op.f("fk_image_lists_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_image_lists")),
    )
    op.create_table(
        "image_places",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("first", sa.Uuid(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["image_lists.job_id"], name=op.f("fk_image_places_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "place", name=op.f("pk_image_places")),
    )
    op.create_index("ix_image_places_first", "image_places", ["job_id", "first"])
    op.create_table(
        "image_marks",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Text(collation="C"), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("bits", postgresql.BIT(8192), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["image_lists.job_id"], name=op.f("fk_image_marks_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "mark", "part", name=op.f("pk_image_marks")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL search_path = public")
    for table in ("candidates", "images"):
        op.execute(f"DROP TRIGGER relist ON {table}")
    for function in (
        "images_changed()",
        "at_least(bit[], int[], bigint)",
        "mark_images(uuid, uuid[])",
        "marks_of(uuid, uuid[])",
    ):
        op.execute(f"DROP FUNCTION pixcrawler.{function}")
    op.drop_index("ix_crawl_jobs_large", "crawl_jobs")
    for table in reversed(TABLES):
        op.drop_table(table)
    _close()
