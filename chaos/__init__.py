"""Reminders under fire: real parts, killed on purpose, and a count of what came out."""
