"""The pages for people: where things are, and the API's documentation. Nothing comes from another host."""
