"""Row-level security for Supabase's roles, and triggers

The second wall: what somebody with the project's public key and their own token gets from Postgres past
PixCrawler's API. PixCrawler itself connects as the tables' owner, whom policies do not concern.

Every table has row-level security, so that a grant alone opens none. Policies name no role, so that a
database without Supabase's has the same ones; ``pixcrawler.join_supabase()`` gives the grants where the
roles are, and may be called again. See docs/decisions/0036-row-level-security.md.
"""

# ruff: noqa: S608 -- joined from what stands in this file
from textwrap import fill

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ME = "(SELECT pixcrawler.user_id())"
# As an array, so that the ids lead into the index on the column: nobody else's rows are met.
OF_JOB = f"job_id = ANY (ARRAY(SELECT id FROM public.crawl_jobs WHERE owner_id = {ME}))"
OF_IMAGE = f"EXISTS (SELECT FROM public.images i WHERE i.id = image_id AND i.owner_id = {ME})"
THERE = "reason IS DISTINCT FROM 'removed'"
OWN = {
    "profiles": f"id = {ME}",
    "credit_accounts": f"id = {ME}",
    "notification_preferences": f"id = {ME}",
    "validation_levels": f"id = {ME}",
    "api_keys": f"owner_id = {ME}",
    "api_key_uses": f"key_id = ANY (ARRAY(SELECT id FROM public.api_keys WHERE owner_id = {ME}))",
    "activity": f"owner_id = {ME}",
    "notifications": f"owner_id = {ME}",
    "projects": f"owner_id = {ME}",
    "crawl_jobs": f"owner_id = {ME}",
    "crawl_schedules": f"owner_id = {ME}",
    "crawl_job_logs": OF_JOB,
    "queries": OF_JOB,
    "sightings": OF_JOB,
    "candidates": f"{OF_JOB} AND {THERE}",
    "images": f"owner_id = {ME} AND {THERE}",
    "labels": OF_IMAGE,
    "quarantine": OF_IMAGE,
    "validations": f"owner_id = {ME}",
    "validation_results": OF_IMAGE,
    "datasets": f"owner_id = {ME}",
    "dataset_versions": f"owner_id = {ME}",
    "exports": f"owner_id = {ME}",
}
"""Whose a row is. What is not named here nobody but PixCrawler reads."""
COLUMNS = {
    "api_keys": "id, owner_id, name, kind, last4, scopes, created_at, expires_at, revoked_at,"
    " hourly_limit, last_used_at, last_address, replaced_by",
}
"""All that is read of a table; else every column."""
WRITTEN = ("name", "avatar_url", "onboarded")
"""The columns of their profile that people change past the API; they change nothing else."""
CLOSED = (
    "alembic_version",
    "archival_policies",
    "blocks",
    "built_in_accounts",
    "built_in_attempts",
    "built_in_sessions",
    "built_in_tokens",
    "chunks",
    "cleanup_policies",
    "dataset_version_objects",
    "deleted_profiles",
    "idempotency_keys",
    "labellings",
    "outbox",
    "policy_execution_items",
    "policy_executions",
    "schedules",
    "validation_chunks",
)
DATED = (
    "archival_policies",
    "built_in_accounts",
    "cleanup_policies",
    "crawl_jobs",
    "crawl_schedules",
    "credit_accounts",
    "dataset_versions",
    "datasets",
    "exports",
    "images",
    "notification_preferences",
    "profiles",
    "projects",
    "validation_levels",
)
"""What has an ``updated_at``."""

USER_ID = """
    CREATE FUNCTION pixcrawler.user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
"""
TOUCH = """
    CREATE FUNCTION pixcrawler.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$
"""
GUARD = """
    CREATE FUNCTION pixcrawler.guard() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
    BEGIN
        IF row_security_active(TG_RELID) AND (
            TG_OP <> 'UPDATE' OR to_jsonb(NEW) - coalesce(TG_ARGV, '{}') IS DISTINCT FROM to_jsonb(OLD) - coalesce(TG_ARGV, '{}')
        ) THEN
            RAISE insufficient_privilege USING MESSAGE = format('Only PixCrawler changes this of %I.', TG_TABLE_NAME);
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$
"""
CHECK_PROFILE = """
    CREATE FUNCTION pixcrawler.check_profile() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
    BEGIN
        IF row_security_active(TG_RELID) AND NOT (
            length(NEW.name) BETWEEN 1 AND 200 AND NEW.name = btrim(NEW.name) AND NEW.name !~ '[[:cntrl:]]'
        ) THEN
            RAISE check_violation USING MESSAGE = 'A name has 1 to 200 printable characters, and no blanks around it.';
        END IF;
        IF row_security_active(TG_RELID) AND NEW.email IS NULL AND NEW.name IS DISTINCT FROM OLD.name THEN
            RAISE check_violation USING MESSAGE = 'An account without an e-mail address is known by its name, which stays.';
        END IF;
        IF row_security_active(TG_RELID) AND NEW.avatar_url IS NOT NULL AND NOT (
            length(NEW.avatar_url) <= 2048 AND NEW.avatar_url ~ '^https?://[[:graph:]]+$'
        ) THEN
            RAISE check_violation USING MESSAGE = 'An avatar is an http or https address of at most 2048 characters.';
        END IF;
        RETURN NEW;
    END $$
"""
WELCOME = """
    CREATE FUNCTION pixcrawler.welcome() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '1s' AS $$
    DECLARE
        address text;
        given text;
    BEGIN
        address := nullif(to_jsonb(NEW) ->> 'email', '');
        IF address IS NOT NULL THEN -- names without one are unique, and those of the machine
            given := nullif(btrim(left(btrim(to_jsonb(NEW) -> 'raw_user_meta_data' ->> 'name'), 200)), '');
        END IF;
        INSERT INTO public.profiles (id, name, given_name, email, role)
        SELECT NEW.id, coalesce(given, nullif(split_part(address, '@', 1), ''), 'user ' || NEW.id), given, address, 'user'
        WHERE NOT EXISTS (SELECT FROM public.deleted_profiles d WHERE d.id = NEW.id)
        ON CONFLICT (id) DO NOTHING;
        INSERT INTO public.credit_accounts (id)
        SELECT p.id FROM public.profiles p WHERE p.id = NEW.id ON CONFLICT (id) DO NOTHING;
        INSERT INTO public.notification_preferences (id)
        SELECT p.id FROM public.profiles p WHERE p.id = NEW.id ON CONFLICT (id) DO NOTHING;
        RETURN NULL;
    EXCEPTION WHEN OTHERS THEN -- a sign-up fails for nothing of ours; PixCrawler makes the profile at first sight
        RAISE WARNING 'No profile was made for user %: %', NEW.id, SQLERRM;
        RETURN NULL;
    END $$
"""
FAREWELL = """
    CREATE FUNCTION pixcrawler.farewell() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '1s' AS $$
    BEGIN -- tokens end with the account; keys would go on for ever
        UPDATE public.api_keys SET revoked_at = now() WHERE owner_id = OLD.id AND revoked_at IS NULL;
        RETURN NULL;
    END $$
"""
JOIN = """
    CREATE FUNCTION pixcrawler.join_supabase() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
    DECLARE
        who text;
    BEGIN
        FOR who IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
            EXECUTE format('REVOKE ALL ON {all} FROM %I', who);
        END LOOP;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
            GRANT SELECT ON {whole} TO authenticated;
            {columns}
            GRANT UPDATE ({written}) ON public.profiles TO authenticated;
        END IF;
        IF to_regclass('auth.users') IS NOT NULL THEN
            BEGIN
                CREATE OR REPLACE TRIGGER pixcrawler_welcome AFTER INSERT ON auth.users
                FOR EACH ROW EXECUTE FUNCTION pixcrawler.welcome();
                CREATE OR REPLACE TRIGGER pixcrawler_farewell AFTER DELETE ON auth.users
                FOR EACH ROW EXECUTE FUNCTION pixcrawler.farewell();
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE WARNING 'auth.users is not ours to watch: profiles are made at first sight. %', SQLERRM;
            END;
        END IF;
    END $$
"""
FORGET = """
    DO $$
    DECLARE
        who text;
    BEGIN
        FOR who IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
            EXECUTE format('REVOKE ALL ON {all} FROM %I', who);
        END LOOP;
    END $$
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA pixcrawler")
    op.execute("GRANT USAGE ON SCHEMA pixcrawler TO PUBLIC")
    for function in (USER_ID, TOUCH, GUARD, CHECK_PROFILE, WELCOME, FAREWELL, join()):
        op.execute(function)
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pixcrawler FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION pixcrawler.user_id() TO PUBLIC")
    for table in (*OWN, *CLOSED):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table, own in OWN.items():
        op.execute(f"CREATE POLICY own ON {table} FOR SELECT USING ({own})")
    op.execute(f"CREATE POLICY change_own ON profiles FOR UPDATE USING (id = {ME}) WITH CHECK (id = {ME})")
    _make_triggers()
    op.execute("SELECT pixcrawler.join_supabase()")


def join(*later: str) -> str:
    """The function, also for tables that came later and that nobody but PixCrawler reads."""

    def named(*tables: str) -> str:
        return fill(", ".join(f"public.{table}" for table in tables), 100, subsequent_indent=" " * 16)

    whole = [table for table in OWN if table not in COLUMNS]
    parts = [
        f"GRANT SELECT ({names}) ON public.{table} TO authenticated;" for table, names in COLUMNS.items()
    ]
    return JOIN.format(
        all=named(*OWN, *CLOSED, *later),
        whole=named(*whole),
        columns="\n            ".join(parts),
        written=", ".join(WRITTEN),
    )


def _make_triggers() -> None:
    for table in DATED:
        op.execute(
            f"CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW"
            " WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at) EXECUTE FUNCTION pixcrawler.touch()"
        )
    written = ", ".join(f"'{column}'" for column in (*WRITTEN, "updated_at"))
    for table, columns in (("profiles", written), ("credit_accounts", "")):
        op.execute(
            f"CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION pixcrawler.guard({columns})"
        )
    op.execute(
        "CREATE TRIGGER check_profile BEFORE UPDATE ON profiles"
        " FOR EACH ROW EXECUTE FUNCTION pixcrawler.check_profile()"
    )


def downgrade() -> None:
    """The schema takes its triggers along, that of Supabase's table too."""
    op.execute(FORGET.format(all=", ".join((*OWN, *CLOSED))))
    for table in OWN:
        op.execute(f"DROP POLICY own ON {table}")
    op.execute("DROP POLICY change_own ON profiles")
    for table in (*OWN, *CLOSED):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP SCHEMA pixcrawler CASCADE")
