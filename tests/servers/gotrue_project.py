"""A Supabase project as settings name it; also for tests that start production and never log in."""

ANON_KEY = "sb_publishable_for-all-to-see"
SERVICE_KEY = "sb_secret_for-the-server-alone"
PROJECT = {
    "SUPABASE_URL": "https://project.example.org",
    "SUPABASE_ANON_KEY": ANON_KEY,
    "SUPABASE_SERVICE_ROLE_KEY": SERVICE_KEY,
}
