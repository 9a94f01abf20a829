"""The process a candidate lives in: a fork server, one confined child per run.

The parent (`client`) starts one server, gives it tasks and jobs, and gets an answer for each job.
The server (`server`), which runs no code of candidates, keeps the tasks and forks a child per
job. The child (`child`) gives up its rights (`confine`) before it touches the candidate's source.
"""

from heurgen.sandbox.client import Sandbox
from heurgen.sandbox.confine import missing_protection
from heurgen.sandbox.protocol import Answer, End, Job

__all__ = ["Answer", "End", "Job", "Sandbox", "missing_protection"]
