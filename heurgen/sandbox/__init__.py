"""The process a candidate lives in: a fork server, one confined child per run."""

from heurgen.sandbox.client import Sandbox
from heurgen.sandbox.confine import missing_protection
from heurgen.sandbox.protocol import Answer, Job

__all__ = ["Answer", "Job", "Sandbox", "missing_protection"]
