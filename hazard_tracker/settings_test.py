"""Settings of the test suite: those of HAZARD_ENV=test, also for commands that a test starts."""

import os

os.environ["HAZARD_ENV"] = "test"

from hazard_tracker.settings import *
