"""Settings of the test suite: those of HAZARD_ENV=test, also for commands that a test starts."""

import os

os.environ["HAZARD_ENV"] = "test"

from hazard_tracker.settings import *

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Nothing of a test database has to outlive a crash.
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
