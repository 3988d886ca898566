"""A Supabase project as settings name it, for tests that start production and never log in."""

PROJECT = {
    "SUPABASE_URL": "https://project.example.org",
    "SUPABASE_ANON_KEY": "sb_publishable_for-all-to-see",
    "SUPABASE_SERVICE_ROLE_KEY": "sb_secret_for-the-server-alone",
}
