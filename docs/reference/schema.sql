-- PixCrawler's schema at revision 0023: tables, indexes, functions, triggers, policies.
-- Made from the migrations by scripts/schema.py; do not edit.
--
-- For a fresh Supabase project, or any empty Postgres from version 15 on:
--   psql --single-transaction -v ON_ERROR_STOP=1 -f docs/reference/schema.sql "$DATABASE_DIRECT_URL"
-- `pixcrawler migrate` makes the same, and takes it from here when there is more to do.

CREATE SCHEMA pixcrawler;

CREATE FUNCTION pixcrawler.at_least(slices bit[], digits integer[], edge bigint) RETURNS bit
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
    DECLARE
        found bit(8192) := ~repeat('0', 8192)::bit(8192);
        at int;
    BEGIN
        FOR digit IN 0 .. 31 LOOP
            at := array_position(digits, digit);
            IF (edge >> digit) & 1 = 1 THEN
                found := coalesce(slices[at] & found, repeat('0', 8192)::bit(8192));
            ELSIF at IS NOT NULL THEN
                found := slices[at] | found;
            END IF;
        END LOOP;
        RETURN found;
    END $$;

CREATE FUNCTION pixcrawler.check_profile() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
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
    END $_$;

CREATE FUNCTION pixcrawler.farewell() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET lock_timeout TO '1s'
    AS $$
    BEGIN -- tokens end with the account; keys would go on for ever
        UPDATE public.api_keys SET revoked_at = now() WHERE owner_id = OLD.id AND revoked_at IS NULL;
        RETURN NULL;
    END $$;

CREATE FUNCTION pixcrawler.guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
    BEGIN
        IF row_security_active(TG_RELID) AND (
            TG_OP <> 'UPDATE' OR to_jsonb(NEW) - coalesce(TG_ARGV, '{}') IS DISTINCT FROM to_jsonb(OLD) - coalesce(TG_ARGV, '{}')
        ) THEN
            RAISE insufficient_privilege USING MESSAGE = format('Only PixCrawler changes this of %I.', TG_TABLE_NAME);
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;

CREATE FUNCTION pixcrawler.images_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
    END $$;

CREATE FUNCTION pixcrawler.join_supabase() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
    DECLARE
        who text;
    BEGIN
        FOR who IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
            EXECUTE format('REVOKE ALL ON public.profiles, public.credit_accounts, public.notification_preferences, public.validation_levels,
                public.api_keys, public.api_key_uses, public.activity, public.notifications,
                public.projects, public.crawl_jobs, public.crawl_schedules, public.crawl_job_logs,
                public.queries, public.sightings, public.candidates, public.images, public.labels,
                public.quarantine, public.validations, public.validation_results, public.datasets,
                public.dataset_versions, public.exports, public.alembic_version,
                public.archival_policies, public.blocks, public.built_in_accounts,
                public.built_in_attempts, public.built_in_sessions, public.built_in_tokens,
                public.chunks, public.cleanup_policies, public.dataset_version_objects,
                public.deleted_profiles, public.idempotency_keys, public.labellings, public.outbox,
                public.policy_execution_items, public.policy_executions, public.schedules,
                public.validation_chunks, public.image_lists, public.image_places,
                public.image_marks FROM %I', who);
        END LOOP;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
            GRANT SELECT ON public.profiles, public.credit_accounts, public.notification_preferences, public.validation_levels,
                public.api_key_uses, public.activity, public.notifications, public.projects,
                public.crawl_jobs, public.crawl_schedules, public.crawl_job_logs, public.queries,
                public.sightings, public.candidates, public.images, public.labels,
                public.quarantine, public.validations, public.validation_results, public.datasets,
                public.dataset_versions, public.exports TO authenticated;
            GRANT SELECT (id, owner_id, name, kind, last4, scopes, created_at, expires_at, revoked_at, hourly_limit, last_used_at, last_address, replaced_by) ON public.api_keys TO authenticated;
            GRANT UPDATE (name, avatar_url, onboarded) ON public.profiles TO authenticated;
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
    END $$;

CREATE FUNCTION pixcrawler.mark_images(of_job uuid, these uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
    BEGIN
        WITH spot AS MATERIALIZED (
            SELECT x.id, at.place / 8192 AS part, at.place % 8192 AS bit
            FROM unnest(these) AS x(id)
            CROSS JOIN LATERAL (
                SELECT p.place + array_position(p.ids, x.id) - 1 AS place FROM public.image_places p
                WHERE p.job_id = of_job AND p.first <= x.id ORDER BY p.first DESC LIMIT 1
            ) AS at WHERE at.place IS NOT NULL
        ), touched AS (
            SELECT part, bit_or(set_bit(repeat('0', 8192)::bit(8192), spot.bit, 1)) AS bits FROM spot GROUP BY part
        ), fresh AS MATERIALIZED (
            SELECT m.mark, spot.part, bit_or(set_bit(repeat('0', 8192)::bit(8192), spot.bit, 1)) AS bits
            FROM pixcrawler.marks_of(of_job, these) AS m JOIN spot ON spot.id = m.candidate_id
            GROUP BY m.mark, spot.part
        ), changed AS (
            UPDATE public.image_marks m SET bits = (m.bits & ~t.bits) | v.bits
            FROM touched t, LATERAL (
                SELECT k.mark, coalesce(f.bits, repeat('0', 8192)::bit(8192)) AS bits
                FROM public.image_marks k LEFT JOIN fresh f ON f.mark = k.mark AND f.part = k.part
                WHERE k.job_id = of_job AND k.part = t.part
            ) AS v
            WHERE m.job_id = of_job AND m.part = t.part AND m.mark = v.mark AND m.bits & t.bits <> v.bits
        )
        INSERT INTO public.image_marks (job_id, mark, part, bits)
        SELECT of_job, mark, part, bits FROM fresh ON CONFLICT (job_id, mark, part) DO NOTHING;
    END $$;

CREATE FUNCTION pixcrawler.marks_of(of_job uuid, these uuid[]) RETURNS TABLE(candidate_id uuid, mark text)
    LANGUAGE plpgsql STABLE ROWS 20000
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
    END $$;

CREATE FUNCTION pixcrawler.touch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;

CREATE FUNCTION pixcrawler.user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (COALESCE(NULLIF(current_setting('request.jwt.claim.sub'::text, true), ''::text), ((NULLIF(current_setting('request.jwt.claims'::text, true), ''::text))::jsonb ->> 'sub'::text)))::uuid;

CREATE FUNCTION pixcrawler.welcome() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET lock_timeout TO '1s'
    AS $$
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
    END $$;

CREATE TABLE public.activity (
    id uuid NOT NULL,
    act text NOT NULL,
    subject_id uuid NOT NULL,
    owner_id uuid,
    actor_id uuid,
    key_id uuid,
    about jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.api_key_uses (
    key_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL,
    requests bigint NOT NULL,
    CONSTRAINT ck_api_key_uses_requests CHECK ((requests > 0))
);

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    digest bytea NOT NULL,
    last4 text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    hourly_limit integer,
    last_address text,
    replaced_by uuid,
    CONSTRAINT ck_api_keys_digest_is_sha256 CHECK ((octet_length(digest) = 32)),
    CONSTRAINT ck_api_keys_expires_later CHECK ((expires_at > created_at)),
    CONSTRAINT ck_api_keys_has_scopes CHECK ((cardinality(scopes) > 0)),
    CONSTRAINT ck_api_keys_hourly_limit CHECK ((hourly_limit > 0)),
    CONSTRAINT ck_api_keys_kind CHECK ((kind = ANY (ARRAY['live'::text, 'test'::text]))),
    CONSTRAINT ck_api_keys_last4_length CHECK ((length(last4) = 4)),
    CONSTRAINT ck_api_keys_name_length CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

CREATE TABLE public.archival_policies (
    id uuid NOT NULL,
    name text NOT NULL,
    enabled boolean NOT NULL,
    every_hours integer NOT NULL,
    after_days integer NOT NULL,
    project_id uuid,
    dataset_id uuid,
    format text,
    next_at timestamp with time zone,
    version integer NOT NULL,
    age text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_archival_policies_age CHECK ((age = ANY (ARRAY['unused'::text, 'made'::text]))),
    CONSTRAINT ck_archival_policies_ck_archival_policies_counts CHECK (((every_hours >= 0) AND (after_days >= 0) AND (version >= 0)))
);

CREATE TABLE public.blocks (
    id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    subject text NOT NULL,
    reason text,
    by text NOT NULL,
    taken_down boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    CONSTRAINT ck_blocks_kind CHECK ((kind = ANY (ARRAY['url'::text, 'sha256'::text, 'phash'::text])))
);

CREATE TABLE public.built_in_accounts (
    id uuid NOT NULL,
    email text NOT NULL,
    name text,
    password text NOT NULL,
    last_login_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_built_in_accounts_email_form CHECK ((email = lower(email)))
);

CREATE TABLE public.built_in_attempts (
    digest bytea NOT NULL,
    count integer NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT ck_built_in_attempts_digest_is_sha256 CHECK ((octet_length(digest) = 32))
);

CREATE TABLE public.built_in_sessions (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    begun_at timestamp with time zone NOT NULL
);

CREATE TABLE public.built_in_tokens (
    digest bytea NOT NULL,
    session_id uuid NOT NULL,
    kind text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT ck_built_in_tokens_digest_is_sha256 CHECK ((octet_length(digest) = 32)),
    CONSTRAINT ck_built_in_tokens_kind CHECK ((kind = ANY (ARRAY['access'::text, 'refresh'::text])))
);

CREATE TABLE public.candidates (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    digest bytea NOT NULL,
    url text NOT NULL,
    chunk_id uuid,
    state text NOT NULL,
    reason text,
    evidence text,
    image_id uuid,
    final_url text,
    content_type text,
    attempts integer NOT NULL,
    retrieved_at timestamp with time zone,
    CONSTRAINT ck_candidates_good_has_image CHECK (((state <> 'good'::text) OR (image_id IS NOT NULL))),
    CONSTRAINT ck_candidates_reason CHECK (((state = 'rejected'::text) = (reason IS NOT NULL))),
    CONSTRAINT ck_candidates_state CHECK ((state = ANY (ARRAY['pending'::text, 'good'::text, 'rejected'::text])))
);

CREATE TABLE public.chunks (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    query_id uuid NOT NULL,
    run integer NOT NULL,
    keyword integer NOT NULL,
    "position" integer NOT NULL,
    span integer NOT NULL,
    size integer NOT NULL,
    done integer NOT NULL,
    good integer NOT NULL,
    status text NOT NULL,
    CONSTRAINT ck_chunks_adds_up CHECK (((good <= done) AND (done <= size))),
    CONSTRAINT ck_chunks_counts CHECK ((("position" >= 0) AND (keyword >= 0) AND (span >= 0) AND (size >= 0) AND (done >= 0) AND (good >= 0) AND (run >= 0))),
    CONSTRAINT ck_chunks_status CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE public.cleanup_policies (
    id uuid NOT NULL,
    name text NOT NULL,
    enabled boolean NOT NULL,
    every_hours integer NOT NULL,
    after_days integer NOT NULL,
    project_id uuid,
    dataset_id uuid,
    format text,
    next_at timestamp with time zone,
    version integer NOT NULL,
    target text NOT NULL,
    keep_newest integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_cleanup_policies_ck_cleanup_policies_counts CHECK (((every_hours >= 0) AND (after_days >= 0) AND (version >= 0))),
    CONSTRAINT ck_cleanup_policies_target CHECK ((target = ANY (ARRAY['unused_exports'::text, 'superseded_exports'::text, 'failed_exports'::text, 'rejected_pictures'::text, 'unreferenced_objects'::text])))
);

CREATE TABLE public.crawl_job_logs (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    run integer NOT NULL,
    level text NOT NULL,
    event text NOT NULL,
    message text NOT NULL,
    request_id text,
    at timestamp with time zone NOT NULL,
    CONSTRAINT ck_crawl_job_logs_level CHECK ((level = ANY (ARRAY['info'::text, 'warning'::text, 'error'::text])))
);

CREATE TABLE public.crawl_jobs (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    lane text NOT NULL,
    max_images integer NOT NULL,
    spec jsonb NOT NULL,
    status text NOT NULL,
    run integer NOT NULL,
    version integer NOT NULL,
    found integer NOT NULL,
    good integer NOT NULL,
    accepted integer NOT NULL,
    reasons jsonb NOT NULL,
    lost jsonb NOT NULL,
    settling boolean NOT NULL,
    failure_code text,
    failure text,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    run_started_at timestamp with time zone,
    run_good integer NOT NULL,
    CONSTRAINT ck_crawl_jobs_counts CHECK (((found >= 0) AND (good >= 0) AND (accepted >= 0) AND (run >= 0) AND (version >= 0))),
    CONSTRAINT ck_crawl_jobs_max_images CHECK ((max_images > 0)),
    CONSTRAINT ck_crawl_jobs_never_more_than_asked CHECK ((accepted <= max_images)),
    CONSTRAINT ck_crawl_jobs_status CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE public.crawl_schedules (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    job_id uuid,
    max_images integer NOT NULL,
    spec jsonb NOT NULL,
    cadence jsonb NOT NULL,
    enabled boolean NOT NULL,
    next_at timestamp with time zone,
    ends_at timestamp with time zone,
    max_runs integer,
    runs integer NOT NULL,
    last_due_at timestamp with time zone,
    last_job_id uuid,
    failures integer NOT NULL,
    last_failure_code text,
    last_failure text,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_crawl_schedules_counts CHECK (((runs >= 0) AND (failures >= 0) AND (version >= 0))),
    CONSTRAINT ck_crawl_schedules_max_images CHECK ((max_images > 0)),
    CONSTRAINT ck_crawl_schedules_max_runs CHECK ((max_runs > 0)),
    CONSTRAINT ck_crawl_schedules_name_length CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT ck_crawl_schedules_off_is_never_due CHECK ((enabled OR (next_at IS NULL)))
);

CREATE TABLE public.credit_accounts (
    id uuid NOT NULL,
    balance bigint DEFAULT '100'::bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_credit_accounts_balance CHECK ((balance >= 0))
);

CREATE TABLE public.dataset_version_objects (
    version_id uuid NOT NULL,
    key text NOT NULL
);

CREATE TABLE public.dataset_versions (
    id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    number integer NOT NULL,
    status text NOT NULL,
    digest text,
    manifest_key text,
    images integer NOT NULL,
    bytes bigint NOT NULL,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    failure_code text,
    selection jsonb NOT NULL,
    changelog text NOT NULL,
    changes jsonb,
    stats jsonb,
    CONSTRAINT ck_dataset_versions_counts CHECK (((images >= 0) AND (bytes >= 0))),
    CONSTRAINT ck_dataset_versions_number CHECK ((number > 0)),
    CONSTRAINT ck_dataset_versions_ready CHECK (((status <> 'ready'::text) OR ((digest IS NOT NULL) AND (manifest_key IS NOT NULL)))),
    CONSTRAINT ck_dataset_versions_status CHECK ((status = ANY (ARRAY['pending'::text, 'building'::text, 'ready'::text, 'failed'::text])))
);

CREATE TABLE public.datasets (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    selection jsonb NOT NULL,
    versions integer NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    description text NOT NULL,
    jobs uuid[] NOT NULL,
    CONSTRAINT ck_datasets_counts CHECK (((versions >= 0) AND (version >= 0))),
    CONSTRAINT ck_datasets_description_length CHECK ((length(description) <= 2000))
);

CREATE TABLE public.deleted_profiles (
    id uuid NOT NULL,
    deleted_at timestamp with time zone DEFAULT now() NOT NULL,
    forgotten boolean DEFAULT false NOT NULL
);

CREATE TABLE public.exports (
    id uuid NOT NULL,
    version_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    format text NOT NULL,
    plan jsonb NOT NULL,
    status text NOT NULL,
    images integer NOT NULL,
    bytes bigint NOT NULL,
    counts jsonb NOT NULL,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    failure_code text,
    key text,
    digest text,
    tier text NOT NULL,
    downloaded_at timestamp with time zone,
    moving text,
    move_failure text,
    warm_bytes bigint,
    CONSTRAINT ck_exports_counts CHECK (((images >= 0) AND (bytes >= 0))),
    CONSTRAINT ck_exports_moving CHECK ((moving = ANY (ARRAY['archiving'::text, 'rehydrating'::text]))),
    CONSTRAINT ck_exports_object CHECK (((key IS NULL) = (digest IS NULL))),
    CONSTRAINT ck_exports_status CHECK ((status = ANY (ARRAY['pending'::text, 'building'::text, 'ready'::text, 'failed'::text]))),
    CONSTRAINT ck_exports_tier CHECK ((tier = ANY (ARRAY['hot'::text, 'warm'::text]))),
    CONSTRAINT ck_exports_warm_bytes CHECK (((tier = 'warm'::text) = (warm_bytes IS NOT NULL)))
);

CREATE TABLE public.idempotency_keys (
    owner_id uuid NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_idempotency_keys_key_length CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

CREATE TABLE public.image_lists (
    job_id uuid NOT NULL,
    run integer NOT NULL,
    places integer NOT NULL,
    last uuid NOT NULL,
    done boolean NOT NULL
);

CREATE TABLE public.image_marks (
    job_id uuid NOT NULL,
    mark text NOT NULL COLLATE pg_catalog."C",
    part integer NOT NULL,
    bits bit(8192) NOT NULL
);

CREATE TABLE public.image_places (
    job_id uuid NOT NULL,
    place integer NOT NULL,
    first uuid NOT NULL,
    ids uuid[] NOT NULL
);

CREATE TABLE public.images (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    sha256 text NOT NULL,
    key text NOT NULL,
    bytes bigint NOT NULL,
    format text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    frames integer NOT NULL,
    mode text NOT NULL,
    orientation integer NOT NULL,
    phash bigint NOT NULL,
    dhash bigint NOT NULL,
    detail integer NOT NULL,
    state text NOT NULL,
    reason text,
    duplicate_of uuid,
    candidate_id uuid,
    keyword integer,
    "position" integer,
    label text,
    retrieved_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    validation text NOT NULL,
    scores jsonb,
    duplicate_group uuid,
    review text,
    CONSTRAINT ck_images_reason CHECK (((state = 'rejected'::text) = (reason IS NOT NULL))),
    CONSTRAINT ck_images_review CHECK ((review = ANY (ARRAY['apart'::text, 'preferred'::text]))),
    CONSTRAINT ck_images_sha256 CHECK ((length(sha256) = 64)),
    CONSTRAINT ck_images_sizes CHECK (((width > 0) AND (height > 0) AND (bytes > 0) AND (frames > 0))),
    CONSTRAINT ck_images_state CHECK ((state = ANY (ARRAY['good'::text, 'accepted'::text, 'rejected'::text])))
);

CREATE TABLE public.labellings (
    job_id uuid NOT NULL,
    sent integer NOT NULL,
    open boolean NOT NULL,
    CONSTRAINT ck_labellings_counts CHECK ((sent >= 0))
);

CREATE TABLE public.labels (
    image_id uuid NOT NULL,
    source text NOT NULL,
    label text NOT NULL,
    model text DEFAULT ''::text NOT NULL,
    rank integer NOT NULL,
    confidence double precision,
    by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_labels_confidence CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT ck_labels_label CHECK ((label <> ''::text)),
    CONSTRAINT ck_labels_source CHECK ((source = ANY (ARRAY['query'::text, 'category'::text, 'source_tag'::text, 'taxon'::text, 'model'::text, 'person'::text])))
);

CREATE TABLE public.notification_preferences (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    muted text[] DEFAULT '{}'::text[] NOT NULL,
    email boolean DEFAULT true NOT NULL,
    push boolean DEFAULT false NOT NULL,
    sms boolean DEFAULT false NOT NULL,
    slack boolean DEFAULT false NOT NULL,
    webhook boolean DEFAULT false NOT NULL,
    quiet_hours jsonb,
    digest text DEFAULT 'off'::text NOT NULL,
    CONSTRAINT ck_notification_preferences_digest CHECK ((digest = ANY (ARRAY['off'::text, 'daily'::text, 'weekly'::text])))
);

CREATE TABLE public.notifications (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    read_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_notifications_kind CHECK ((kind = ANY (ARRAY['job_completed'::text, 'job_failed'::text, 'version_ready'::text, 'version_failed'::text, 'export_ready'::text, 'export_failed'::text, 'schedule_failed'::text, 'schedule_disabled'::text, 'api_key_created'::text, 'api_key_revoked'::text, 'password_changed'::text])))
);

CREATE TABLE public.outbox (
    id uuid NOT NULL,
    name text NOT NULL,
    payload bytea NOT NULL,
    queue text NOT NULL,
    lane text NOT NULL,
    priority integer NOT NULL,
    owner_id uuid,
    subject_id uuid,
    run integer,
    request_id text,
    occasion text,
    state text DEFAULT 'pending'::text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    lost_leases integer DEFAULT 0 NOT NULL,
    token bigint DEFAULT '0'::bigint NOT NULL,
    lease_owner text,
    lease_expires_at timestamp with time zone,
    last_error text,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ck_outbox_counts CHECK (((failures >= 0) AND (lost_leases >= 0) AND (token >= 0))),
    CONSTRAINT ck_outbox_running_is_leased CHECK (((state <> 'running'::text) OR (lease_expires_at IS NOT NULL))),
    CONSTRAINT ck_outbox_state CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'done'::text, 'failed'::text])))
);

CREATE TABLE public.policy_execution_items (
    execution_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    tier text NOT NULL,
    number integer NOT NULL,
    owner_id uuid,
    key text,
    bytes bigint NOT NULL,
    why text NOT NULL,
    fate text NOT NULL,
    CONSTRAINT ck_policy_execution_items_counts CHECK (((number >= 0) AND (bytes >= 0)))
);

CREATE TABLE public.policy_executions (
    id uuid NOT NULL,
    policy_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    dry_run boolean NOT NULL,
    by uuid,
    status text NOT NULL,
    items integer NOT NULL,
    bytes bigint NOT NULL,
    more boolean NOT NULL,
    failure_code text,
    failure text,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ck_policy_executions_counts CHECK (((items >= 0) AND (bytes >= 0))),
    CONSTRAINT ck_policy_executions_kind CHECK ((kind = ANY (ARRAY['archival'::text, 'cleanup'::text]))),
    CONSTRAINT ck_policy_executions_status CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text])))
);

CREATE TABLE public.profiles (
    id uuid NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    plan text DEFAULT 'free'::text NOT NULL,
    email text,
    avatar_url text,
    onboarded boolean DEFAULT false NOT NULL,
    given_name text,
    CONSTRAINT ck_profiles_plan CHECK ((plan = ANY (ARRAY['free'::text, 'pro'::text, 'enterprise'::text]))),
    CONSTRAINT ck_profiles_role CHECK ((role = ANY (ARRAY['user'::text, 'superuser'::text])))
);

CREATE TABLE public.projects (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    status text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    description text NOT NULL,
    defaults jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT ck_projects_description_length CHECK ((length(description) <= 2000)),
    CONSTRAINT ck_projects_name_length CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT ck_projects_status CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);

CREATE TABLE public.quarantine (
    image_id uuid NOT NULL,
    reason text,
    at timestamp with time zone NOT NULL,
    released_at timestamp with time zone
);

CREATE TABLE public.queries (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    "position" integer NOT NULL,
    keyword integer NOT NULL,
    source text NOT NULL,
    text text NOT NULL,
    cursor text,
    pages integer NOT NULL,
    found integer NOT NULL,
    barren integer NOT NULL,
    searching boolean NOT NULL,
    status text NOT NULL,
    error text,
    CONSTRAINT ck_queries_counts CHECK ((("position" >= 0) AND (keyword >= 0) AND (pages >= 0) AND (found >= 0) AND (barren >= 0))),
    CONSTRAINT ck_queries_status CHECK ((status = ANY (ARRAY['open'::text, 'exhausted'::text, 'failed'::text])))
);

CREATE TABLE public.schedules (
    name text NOT NULL,
    next_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sightings (
    chunk_id uuid NOT NULL,
    rank integer NOT NULL,
    job_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    source text NOT NULL,
    source_id text,
    page_url text,
    title text,
    author text,
    author_url text,
    license text NOT NULL,
    license_raw text,
    license_url text,
    attribution text,
    width integer,
    height integer,
    tags text[] NOT NULL,
    label text,
    sha256 text,
    refused text,
    CONSTRAINT ck_sightings_rank CHECK ((rank >= 0))
);

CREATE TABLE public.validation_chunks (
    id uuid NOT NULL,
    validation_id uuid NOT NULL,
    job_id uuid NOT NULL,
    images uuid[] NOT NULL,
    done integer NOT NULL,
    CONSTRAINT ck_validation_chunks_adds_up CHECK (((done >= 0) AND (done <= cardinality(images))))
);

CREATE TABLE public.validation_levels (
    id uuid NOT NULL,
    level text DEFAULT 'standard'::text NOT NULL,
    mode text DEFAULT 'reject'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_validation_levels_level CHECK ((level = ANY (ARRAY['basic'::text, 'standard'::text, 'strict'::text]))),
    CONSTRAINT ck_validation_levels_mode CHECK ((mode = ANY (ARRAY['reject'::text, 'report'::text])))
);

CREATE TABLE public.validation_results (
    image_id uuid NOT NULL,
    level text NOT NULL,
    validation_id uuid,
    verdict text NOT NULL,
    reason text,
    evidence text,
    checks jsonb NOT NULL,
    scores jsonb,
    at timestamp with time zone NOT NULL,
    CONSTRAINT ck_validation_results_level CHECK ((level = ANY (ARRAY['basic'::text, 'standard'::text, 'strict'::text]))),
    CONSTRAINT ck_validation_results_reason CHECK (((verdict = 'valid'::text) = (reason IS NULL))),
    CONSTRAINT ck_validation_results_verdict CHECK ((verdict = ANY (ARRAY['valid'::text, 'invalid'::text, 'damaged'::text])))
);

CREATE TABLE public.validations (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    job_id uuid,
    level text NOT NULL,
    mode text NOT NULL,
    thresholds jsonb NOT NULL,
    status text NOT NULL,
    cut boolean NOT NULL,
    after text NOT NULL,
    chunks integer NOT NULL,
    chunks_done integer NOT NULL,
    images integer NOT NULL,
    valid integer NOT NULL,
    invalid integer NOT NULL,
    damaged integer NOT NULL,
    gone integer NOT NULL,
    failed integer NOT NULL,
    quarantined integer NOT NULL,
    failure_code text,
    failure text,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ck_validations_adds_up CHECK ((((((valid + invalid) + damaged) + gone) + failed) <= images)),
    CONSTRAINT ck_validations_counts CHECK (((chunks >= 0) AND (chunks_done >= 0) AND (images >= 0) AND (valid >= 0) AND (invalid >= 0) AND (damaged >= 0) AND (gone >= 0) AND (failed >= 0) AND (quarantined >= 0))),
    CONSTRAINT ck_validations_level CHECK ((level = ANY (ARRAY['basic'::text, 'standard'::text, 'strict'::text]))),
    CONSTRAINT ck_validations_mode CHECK ((mode = ANY (ARRAY['report'::text, 'quarantine'::text]))),
    CONSTRAINT ck_validations_status CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.activity
    ADD CONSTRAINT pk_activity PRIMARY KEY (id);

ALTER TABLE ONLY public.api_key_uses
    ADD CONSTRAINT pk_api_key_uses PRIMARY KEY (key_id, hour);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (id);

ALTER TABLE ONLY public.archival_policies
    ADD CONSTRAINT pk_archival_policies PRIMARY KEY (id);

ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT pk_blocks PRIMARY KEY (id);

ALTER TABLE ONLY public.built_in_accounts
    ADD CONSTRAINT pk_built_in_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.built_in_attempts
    ADD CONSTRAINT pk_built_in_attempts PRIMARY KEY (digest);

ALTER TABLE ONLY public.built_in_sessions
    ADD CONSTRAINT pk_built_in_sessions PRIMARY KEY (id);

ALTER TABLE ONLY public.built_in_tokens
    ADD CONSTRAINT pk_built_in_tokens PRIMARY KEY (digest);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT pk_candidates PRIMARY KEY (id);

ALTER TABLE ONLY public.chunks
    ADD CONSTRAINT pk_chunks PRIMARY KEY (id);

ALTER TABLE ONLY public.cleanup_policies
    ADD CONSTRAINT pk_cleanup_policies PRIMARY KEY (id);

ALTER TABLE ONLY public.crawl_job_logs
    ADD CONSTRAINT pk_crawl_job_logs PRIMARY KEY (id);

ALTER TABLE ONLY public.crawl_jobs
    ADD CONSTRAINT pk_crawl_jobs PRIMARY KEY (id);

ALTER TABLE ONLY public.crawl_schedules
    ADD CONSTRAINT pk_crawl_schedules PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT pk_credit_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.dataset_version_objects
    ADD CONSTRAINT pk_dataset_version_objects PRIMARY KEY (version_id, key);

ALTER TABLE ONLY public.dataset_versions
    ADD CONSTRAINT pk_dataset_versions PRIMARY KEY (id);

ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT pk_datasets PRIMARY KEY (id);

ALTER TABLE ONLY public.deleted_profiles
    ADD CONSTRAINT pk_deleted_profiles PRIMARY KEY (id);

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT pk_exports PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT pk_idempotency_keys PRIMARY KEY (owner_id, route, key);

ALTER TABLE ONLY public.image_lists
    ADD CONSTRAINT pk_image_lists PRIMARY KEY (job_id);

ALTER TABLE ONLY public.image_marks
    ADD CONSTRAINT pk_image_marks PRIMARY KEY (job_id, mark, part);

ALTER TABLE ONLY public.image_places
    ADD CONSTRAINT pk_image_places PRIMARY KEY (job_id, place);

ALTER TABLE ONLY public.images
    ADD CONSTRAINT pk_images PRIMARY KEY (id);

ALTER TABLE ONLY public.labellings
    ADD CONSTRAINT pk_labellings PRIMARY KEY (job_id);

ALTER TABLE ONLY public.labels
    ADD CONSTRAINT pk_labels PRIMARY KEY (image_id, source, label, model);

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT pk_notification_preferences PRIMARY KEY (id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT pk_notifications PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);

ALTER TABLE ONLY public.policy_execution_items
    ADD CONSTRAINT pk_policy_execution_items PRIMARY KEY (execution_id, kind, subject, tier);

ALTER TABLE ONLY public.policy_executions
    ADD CONSTRAINT pk_policy_executions PRIMARY KEY (id);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT pk_profiles PRIMARY KEY (id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT pk_projects PRIMARY KEY (id);

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT pk_quarantine PRIMARY KEY (image_id);

ALTER TABLE ONLY public.queries
    ADD CONSTRAINT pk_queries PRIMARY KEY (id);

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT pk_schedules PRIMARY KEY (name);

ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT pk_sightings PRIMARY KEY (chunk_id, rank);

ALTER TABLE ONLY public.validation_chunks
    ADD CONSTRAINT pk_validation_chunks PRIMARY KEY (id);

ALTER TABLE ONLY public.validation_levels
    ADD CONSTRAINT pk_validation_levels PRIMARY KEY (id);

ALTER TABLE ONLY public.validation_results
    ADD CONSTRAINT pk_validation_results PRIMARY KEY (image_id, level);

ALTER TABLE ONLY public.validations
    ADD CONSTRAINT pk_validations PRIMARY KEY (id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_digest UNIQUE (digest);

ALTER TABLE ONLY public.archival_policies
    ADD CONSTRAINT uq_archival_policies_name UNIQUE (name);

ALTER TABLE ONLY public.built_in_accounts
    ADD CONSTRAINT uq_built_in_accounts_email UNIQUE (email);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT uq_candidates_job_id_digest UNIQUE (job_id, digest);

ALTER TABLE ONLY public.chunks
    ADD CONSTRAINT uq_chunks_job_id_keyword_position UNIQUE (job_id, keyword, "position");

ALTER TABLE ONLY public.cleanup_policies
    ADD CONSTRAINT uq_cleanup_policies_name UNIQUE (name);

ALTER TABLE ONLY public.dataset_versions
    ADD CONSTRAINT uq_dataset_versions_dataset_id_number UNIQUE (dataset_id, number);

ALTER TABLE ONLY public.images
    ADD CONSTRAINT uq_images_job_id_sha256 UNIQUE (job_id, sha256);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_occasion UNIQUE (occasion);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT uq_projects_owner_id_name UNIQUE (owner_id, name);

ALTER TABLE ONLY public.queries
    ADD CONSTRAINT uq_queries_job_id_position UNIQUE (job_id, "position");

CREATE INDEX ix_activity_act ON public.activity USING btree (act, id);

CREATE INDEX ix_activity_actor_id ON public.activity USING btree (actor_id, id);

CREATE INDEX ix_activity_owner_id ON public.activity USING btree (owner_id, id);

CREATE INDEX ix_activity_project ON public.activity USING btree (((about ->> 'project_id'::text)), id);

CREATE INDEX ix_activity_subject_id ON public.activity USING btree (subject_id, id);

CREATE INDEX ix_api_key_uses_hour ON public.api_key_uses USING btree (hour);

CREATE INDEX ix_api_keys_owner_id ON public.api_keys USING btree (owner_id, id);

CREATE UNIQUE INDEX ix_blocks_kind ON public.blocks USING btree (kind, value) WHERE (lifted_at IS NULL);

CREATE INDEX ix_blocks_taken_down ON public.blocks USING btree (value) WHERE taken_down;

CREATE INDEX ix_built_in_sessions_account_id ON public.built_in_sessions USING btree (account_id);

CREATE INDEX ix_built_in_tokens_expires_at ON public.built_in_tokens USING btree (expires_at);

CREATE INDEX ix_built_in_tokens_session_id ON public.built_in_tokens USING btree (session_id);

CREATE INDEX ix_candidates_chunk_id ON public.candidates USING btree (chunk_id);

CREATE INDEX ix_candidates_copies ON public.candidates USING btree (job_id, id) WHERE ((state = 'rejected'::text) AND (reason = ANY (ARRAY['duplicate_exact'::text, 'duplicate_near'::text])));

CREATE INDEX ix_candidates_fileless ON public.candidates USING btree (job_id, id) WHERE ((state = 'rejected'::text) AND (reason <> 'removed'::text) AND (image_id IS NULL));

CREATE INDEX ix_candidates_good ON public.candidates USING btree (job_id, id) WHERE (state = 'good'::text);

CREATE INDEX ix_candidates_image_id ON public.candidates USING btree (image_id);

CREATE INDEX ix_candidates_reason ON public.candidates USING btree (job_id, reason, id) WHERE (state = 'rejected'::text);

CREATE INDEX ix_candidates_rejected ON public.candidates USING btree (job_id, id) WHERE ((state = 'rejected'::text) AND (reason <> 'removed'::text));

CREATE INDEX ix_chunks_query_id ON public.chunks USING btree (query_id);

CREATE INDEX ix_crawl_job_logs_job_id ON public.crawl_job_logs USING btree (job_id, id);

CREATE INDEX ix_crawl_jobs_large ON public.crawl_jobs USING btree (id) WHERE ((status = 'completed'::text) AND (found >= 10000));

CREATE INDEX ix_crawl_jobs_owner_id ON public.crawl_jobs USING btree (owner_id, id);

CREATE INDEX ix_crawl_jobs_project_id ON public.crawl_jobs USING btree (project_id, id);

CREATE INDEX ix_crawl_jobs_running ON public.crawl_jobs USING btree (owner_id) WHERE (status = 'running'::text);

CREATE INDEX ix_crawl_schedules_next_at ON public.crawl_schedules USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX ix_crawl_schedules_owner_id ON public.crawl_schedules USING btree (owner_id, id);

CREATE INDEX ix_crawl_schedules_project_id ON public.crawl_schedules USING btree (project_id, id);

CREATE INDEX ix_dataset_version_objects_key ON public.dataset_version_objects USING btree (key);

CREATE INDEX ix_dataset_versions_manifest_key ON public.dataset_versions USING btree (manifest_key);

CREATE INDEX ix_dataset_versions_owner_id ON public.dataset_versions USING btree (owner_id);

CREATE INDEX ix_datasets_jobs ON public.datasets USING gin (jobs);

CREATE INDEX ix_datasets_owner_id ON public.datasets USING btree (owner_id, id);

CREATE INDEX ix_datasets_project_id ON public.datasets USING btree (project_id, id);

CREATE INDEX ix_deleted_profiles_unforgotten ON public.deleted_profiles USING btree (deleted_at) WHERE (NOT forgotten);

CREATE INDEX ix_exports_key ON public.exports USING btree (key);

CREATE INDEX ix_exports_owner_id ON public.exports USING btree (owner_id);

CREATE INDEX ix_exports_version_id ON public.exports USING btree (version_id);

CREATE INDEX ix_idempotency_keys_created_at ON public.idempotency_keys USING btree (created_at);

CREATE INDEX ix_image_places_first ON public.image_places USING btree (job_id, first);

CREATE INDEX ix_images_accepted ON public.images USING btree (job_id, candidate_id) INCLUDE (format, width, height) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_duplicate_of ON public.images USING btree (duplicate_of);

CREATE INDEX ix_images_format ON public.images USING btree (job_id, format, candidate_id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_group ON public.images USING btree (owner_id, duplicate_group) WHERE (duplicate_group IS NOT NULL);

CREATE INDEX ix_images_key ON public.images USING btree (key);

CREATE INDEX ix_images_keyword ON public.images USING btree (job_id, keyword, candidate_id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_label ON public.images USING btree (job_id, label, candidate_id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_owner_id_sha256 ON public.images USING btree (owner_id, sha256);

CREATE INDEX ix_images_phash_0 ON public.images USING btree (owner_id, ((((phash >> 0) & (65535)::bigint))::integer)) INCLUDE (phash, id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_phash_16 ON public.images USING btree (owner_id, ((((phash >> 16) & (65535)::bigint))::integer)) INCLUDE (phash, id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_phash_32 ON public.images USING btree (owner_id, ((((phash >> 32) & (65535)::bigint))::integer)) INCLUDE (phash, id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_images_phash_48 ON public.images USING btree (owner_id, ((((phash >> 48) & (65535)::bigint))::integer)) INCLUDE (phash, id) WHERE (state = 'accepted'::text);

CREATE INDEX ix_labels_by ON public.labels USING btree (by) WHERE (by IS NOT NULL);

CREATE INDEX ix_notifications_created_at ON public.notifications USING btree (created_at);

CREATE INDEX ix_notifications_owner_id ON public.notifications USING btree (owner_id, id);

CREATE INDEX ix_notifications_unread ON public.notifications USING btree (owner_id, id) WHERE (read_at IS NULL);

CREATE INDEX ix_outbox_ended ON public.outbox USING btree (ended_at) WHERE (state = ANY (ARRAY['done'::text, 'failed'::text]));

CREATE INDEX ix_outbox_open ON public.outbox USING btree (lane, queue, priority, id) WHERE (state = ANY (ARRAY['pending'::text, 'running'::text]));

CREATE INDEX ix_outbox_running ON public.outbox USING btree (owner_id) WHERE (state = 'running'::text);

CREATE INDEX ix_outbox_subject_id ON public.outbox USING btree (subject_id);

CREATE INDEX ix_policy_execution_items_number ON public.policy_execution_items USING btree (execution_id, number);

CREATE INDEX ix_policy_executions_policy_id ON public.policy_executions USING btree (policy_id, id);

CREATE INDEX ix_profiles_email ON public.profiles USING btree (email);

CREATE INDEX ix_projects_owner_id ON public.projects USING btree (owner_id, id);

CREATE INDEX ix_sightings_candidate_id ON public.sightings USING btree (candidate_id);

CREATE INDEX ix_sightings_license ON public.sightings USING btree (job_id, license, candidate_id);

CREATE INDEX ix_sightings_source ON public.sightings USING btree (job_id, source, candidate_id);

CREATE INDEX ix_validation_chunks_validation_id ON public.validation_chunks USING btree (validation_id);

CREATE INDEX ix_validation_results_validation_id ON public.validation_results USING btree (validation_id);

CREATE INDEX ix_validations_open ON public.validations USING btree (owner_id) WHERE (status = ANY (ARRAY['pending'::text, 'running'::text]));

CREATE INDEX ix_validations_owner_id ON public.validations USING btree (owner_id, id);

CREATE UNIQUE INDEX uq_profiles_local_name ON public.profiles USING btree (name) WHERE (email IS NULL);

CREATE TRIGGER check_profile BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION pixcrawler.check_profile();

CREATE TRIGGER guard BEFORE INSERT OR DELETE OR UPDATE ON public.credit_accounts FOR EACH ROW EXECUTE FUNCTION pixcrawler.guard();

CREATE TRIGGER guard BEFORE INSERT OR DELETE OR UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION pixcrawler.guard('name', 'avatar_url', 'onboarded', 'updated_at');

CREATE TRIGGER relist AFTER UPDATE ON public.candidates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pixcrawler.images_changed();

CREATE TRIGGER relist AFTER UPDATE ON public.images REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pixcrawler.images_changed();

CREATE TRIGGER touch BEFORE UPDATE ON public.archival_policies FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.built_in_accounts FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.cleanup_policies FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.crawl_jobs FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.crawl_schedules FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.credit_accounts FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.dataset_versions FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.datasets FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.exports FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.images FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.notification_preferences FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.profiles FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.projects FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

CREATE TRIGGER touch BEFORE UPDATE ON public.validation_levels FOR EACH ROW WHEN ((NOT (new.updated_at IS DISTINCT FROM old.updated_at))) EXECUTE FUNCTION pixcrawler.touch();

ALTER TABLE ONLY public.activity
    ADD CONSTRAINT fk_activity_actor_id FOREIGN KEY (actor_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.activity
    ADD CONSTRAINT fk_activity_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.api_key_uses
    ADD CONSTRAINT fk_api_key_uses_key_id FOREIGN KEY (key_id) REFERENCES public.api_keys(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT fk_api_keys_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.built_in_sessions
    ADD CONSTRAINT fk_built_in_sessions_account_id FOREIGN KEY (account_id) REFERENCES public.built_in_accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.built_in_tokens
    ADD CONSTRAINT fk_built_in_tokens_session_id FOREIGN KEY (session_id) REFERENCES public.built_in_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT fk_candidates_chunk_id FOREIGN KEY (chunk_id) REFERENCES public.chunks(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT fk_candidates_image_id FOREIGN KEY (image_id) REFERENCES public.images(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT fk_candidates_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chunks
    ADD CONSTRAINT fk_chunks_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chunks
    ADD CONSTRAINT fk_chunks_query_id FOREIGN KEY (query_id) REFERENCES public.queries(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.crawl_job_logs
    ADD CONSTRAINT fk_crawl_job_logs_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.crawl_jobs
    ADD CONSTRAINT fk_crawl_jobs_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.crawl_jobs
    ADD CONSTRAINT fk_crawl_jobs_project_id FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.crawl_schedules
    ADD CONSTRAINT fk_crawl_schedules_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.crawl_schedules
    ADD CONSTRAINT fk_crawl_schedules_project_id FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT fk_credit_accounts_id FOREIGN KEY (id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.dataset_version_objects
    ADD CONSTRAINT fk_dataset_version_objects_version_id FOREIGN KEY (version_id) REFERENCES public.dataset_versions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.dataset_versions
    ADD CONSTRAINT fk_dataset_versions_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.dataset_versions
    ADD CONSTRAINT fk_dataset_versions_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT fk_datasets_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT fk_datasets_project_id FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT fk_exports_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT fk_exports_version_id FOREIGN KEY (version_id) REFERENCES public.dataset_versions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT fk_idempotency_keys_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.image_lists
    ADD CONSTRAINT fk_image_lists_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.image_marks
    ADD CONSTRAINT fk_image_marks_job_id FOREIGN KEY (job_id) REFERENCES public.image_lists(job_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.image_places
    ADD CONSTRAINT fk_image_places_job_id FOREIGN KEY (job_id) REFERENCES public.image_lists(job_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.images
    ADD CONSTRAINT fk_images_duplicate_of FOREIGN KEY (duplicate_of) REFERENCES public.images(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.images
    ADD CONSTRAINT fk_images_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.images
    ADD CONSTRAINT fk_images_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.labellings
    ADD CONSTRAINT fk_labellings_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.labels
    ADD CONSTRAINT fk_labels_by FOREIGN KEY (by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.labels
    ADD CONSTRAINT fk_labels_image_id FOREIGN KEY (image_id) REFERENCES public.images(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT fk_notification_preferences_id FOREIGN KEY (id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT fk_notifications_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.policy_execution_items
    ADD CONSTRAINT fk_policy_execution_items_execution_id FOREIGN KEY (execution_id) REFERENCES public.policy_executions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT fk_projects_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT fk_quarantine_image_id FOREIGN KEY (image_id) REFERENCES public.images(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.queries
    ADD CONSTRAINT fk_queries_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT fk_sightings_candidate_id FOREIGN KEY (candidate_id) REFERENCES public.candidates(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT fk_sightings_chunk_id FOREIGN KEY (chunk_id) REFERENCES public.chunks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT fk_sightings_job_id FOREIGN KEY (job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.validation_chunks
    ADD CONSTRAINT fk_validation_chunks_validation_id FOREIGN KEY (validation_id) REFERENCES public.validations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.validation_levels
    ADD CONSTRAINT fk_validation_levels_id FOREIGN KEY (id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.validation_results
    ADD CONSTRAINT fk_validation_results_image_id FOREIGN KEY (image_id) REFERENCES public.images(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.validation_results
    ADD CONSTRAINT fk_validation_results_validation_id FOREIGN KEY (validation_id) REFERENCES public.validations(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.validations
    ADD CONSTRAINT fk_validations_owner_id FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE public.activity ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.alembic_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_key_uses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.archival_policies ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.blocks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.built_in_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.built_in_attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.built_in_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.built_in_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.candidates ENABLE ROW LEVEL SECURITY;

CREATE POLICY change_own ON public.profiles FOR UPDATE USING ((id = ( SELECT pixcrawler.user_id() AS user_id))) WITH CHECK ((id = ( SELECT pixcrawler.user_id() AS user_id)));

ALTER TABLE public.chunks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.cleanup_policies ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.crawl_job_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.crawl_jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.crawl_schedules ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dataset_version_objects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dataset_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.datasets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deleted_profiles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exports ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.image_lists ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.image_marks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.image_places ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.images ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.labellings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.labels ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_preferences ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON public.activity FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.api_key_uses FOR SELECT USING ((key_id = ANY (ARRAY( SELECT api_keys.id
   FROM public.api_keys
  WHERE (api_keys.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.api_keys FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.candidates FOR SELECT USING (((job_id = ANY (ARRAY( SELECT crawl_jobs.id
   FROM public.crawl_jobs
  WHERE (crawl_jobs.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))) AND (reason IS DISTINCT FROM 'removed'::text)));

CREATE POLICY own ON public.crawl_job_logs FOR SELECT USING ((job_id = ANY (ARRAY( SELECT crawl_jobs.id
   FROM public.crawl_jobs
  WHERE (crawl_jobs.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.crawl_jobs FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.crawl_schedules FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.credit_accounts FOR SELECT USING ((id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.dataset_versions FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.datasets FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.exports FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.images FOR SELECT USING (((owner_id = ( SELECT pixcrawler.user_id() AS user_id)) AND (reason IS DISTINCT FROM 'removed'::text)));

CREATE POLICY own ON public.labels FOR SELECT USING ((EXISTS ( SELECT
   FROM public.images i
  WHERE ((i.id = labels.image_id) AND (i.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.notification_preferences FOR SELECT USING ((id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.notifications FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.profiles FOR SELECT USING ((id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.projects FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.quarantine FOR SELECT USING ((EXISTS ( SELECT
   FROM public.images i
  WHERE ((i.id = quarantine.image_id) AND (i.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.queries FOR SELECT USING ((job_id = ANY (ARRAY( SELECT crawl_jobs.id
   FROM public.crawl_jobs
  WHERE (crawl_jobs.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.sightings FOR SELECT USING ((job_id = ANY (ARRAY( SELECT crawl_jobs.id
   FROM public.crawl_jobs
  WHERE (crawl_jobs.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.validation_levels FOR SELECT USING ((id = ( SELECT pixcrawler.user_id() AS user_id)));

CREATE POLICY own ON public.validation_results FOR SELECT USING ((EXISTS ( SELECT
   FROM public.images i
  WHERE ((i.id = validation_results.image_id) AND (i.owner_id = ( SELECT pixcrawler.user_id() AS user_id))))));

CREATE POLICY own ON public.validations FOR SELECT USING ((owner_id = ( SELECT pixcrawler.user_id() AS user_id)));

ALTER TABLE public.policy_execution_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.policy_executions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.queries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.schedules ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sightings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.validation_chunks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.validation_levels ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.validation_results ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.validations ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA pixcrawler TO PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.at_least(slices bit[], digits integer[], edge bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.check_profile() FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.farewell() FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.guard() FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.images_changed() FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.join_supabase() FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.mark_images(of_job uuid, these uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.marks_of(of_job uuid, these uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.touch() FROM PUBLIC;

REVOKE ALL ON FUNCTION pixcrawler.welcome() FROM PUBLIC;

INSERT INTO public.alembic_version (version_num) VALUES ('0023');

-- Grants to anon and authenticated, and the trigger on auth.users, where Supabase has made these.
SELECT pixcrawler.join_supabase();
