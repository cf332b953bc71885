"""The official forms: one file a form, one line each in the registry."""
