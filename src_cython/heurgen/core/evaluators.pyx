"""What gives a state its heuristic value: built-in estimates and heuristics written in Python."""

from cpython.object cimport PyObject
from libc.math cimport isnan
from libc.stdint cimport uint64_t
from libcpp.vector cimport vector

from heurgen.core.state cimport State, Window
from heurgen.core.world cimport World


class HeuristicError(Exception):
    """A heuristic written in Python failed.

    `kind` is "exception" (then the exception is the ``__cause__``) or "value" (it answered something that is not a
    number >= 0); `state_atoms` lists the fluent atoms of the state it was asked about.
    """

    def __init__(self, reason, kind, state_atoms):
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.state_atoms = state_atoms


cdef class Evaluator:
    """Gives the heuristic value of whatever its world has in view."""

    def __cinit__(self, World world, *_):
        self.world = world
        self.safe = True
        self.cheap = False

    cdef double value(self) except? -1.0 nogil:
        with gil:
            raise NotImplementedError

    cdef int prefer(self, vector[uint64_t]* keys) except -1 nogil:
        """Append the keys of the preferred actions of the state that the world is in."""
        return 0


cdef class Blind(Evaluator):
    """0 for every state."""

    def __cinit__(self, World world, *_):
        self.cheap = True

    cdef double value(self) except? -1.0 nogil:
        return 0


cdef class GoalCount(Evaluator):
    """The number of goal literals that do not hold."""

    def __cinit__(self, World world, *_):
        self.cheap = True

    cdef double value(self) except? -1.0 nogil:
        return <double>self.world.goals_left


cdef class PythonHeuristic(Evaluator):
    """A callable that takes a `State`."""

    def __cinit__(self, World world, heuristic, Window window):
        self.window = window
        self.state = window.show()
        self.heuristic = heuristic
        self.call = heuristic.__call__ if hasattr(type(heuristic), "__call__") else heuristic
        self.safe = False

    cdef double value(self) except? -1.0 nogil:
        with gil:
            return self._ask()

    cdef double _ask(self) except? -1.0:
        cdef double value
        try:
            answer = self.call(self.state)
            if type(answer) is int or type(answer) is float:
                value = answer
            else:
                value = self._number(answer)
        except MemoryError:
            raise
        except HeuristicError:
            raise
        except (Exception, SystemExit) as error:
            raise HeuristicError(f"{type(error).__name__}: {error}", "exception", list(self.state)) from error
        if isnan(value) or value < 0:
            raise HeuristicError(f"answered {answer!r}, not a number >= 0", "value", list(self.state))
        if (<PyObject*>self.state).ob_refcnt > 1:
            self.state.detach()
            self.state = self.window.show()
        return value + 0.0          # -0.0 becomes 0.0

    def _number(self, answer):
        """A float from a number of another type, such as numpy's."""
        if not isinstance(answer, bool) and hasattr(type(answer), "__float__"):
            return float(answer)
        raise HeuristicError(f"answered {answer!r}, not a number >= 0", "value", list(self.state))
