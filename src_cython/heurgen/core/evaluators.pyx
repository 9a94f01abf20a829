"""What gives a state its heuristic value: built-in estimates and heuristics written in Python."""

from cpython.object cimport PyObject
from libc.math cimport isnan
from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.costs cimport ActionCosts
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

    cdef int use_costs(self, ActionCosts costs) except -1:
        """The search looks for cheap plans: let estimates be of cost, not of steps, if they can."""
        return 0

    cdef double value(self) except? -1.0 nogil:
        with gil:
            raise NotImplementedError

    cdef int prefer(self, vector[uint64_t]* keys) except -1 nogil:
        """Append the keys of the preferred actions of the state that the world is in."""
        return 0

    cdef int enter(self, vector[uint32_t]* actions) except -1 nogil:
        """The state that the world is in is about to be expanded. Actions to be tried before the others, each as its
        schema and arguments, may be appended."""
        return 0

    cdef int step(self, int schema, const uint32_t* binding, const uint32_t* changes) except -1 nogil:
        """The world has moved to a successor; bit i of `changes` tells whether effect i changed its atom."""
        return 0

    cdef int step_back(self) except -1 nogil:
        """The world has moved back from a successor."""
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
        self.call_enter = getattr(heuristic, "enter", None)
        self.call_preferred = getattr(heuristic, "preferred", None)
        self.wants_entry = self.call_enter is not None or self.call_preferred is not None
        self.schema_numbers = {action.name: number for number, action in enumerate(world.task.actions)}
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
        self._renew_state()
        return value + 0.0          # -0.0 becomes 0.0

    cdef int _renew_state(self) except -1:
        """If somebody kept the state it was handed, let that one stand for itself."""
        if (<PyObject*>self.state).ob_refcnt > 1:
            self.state.detach()
            self.state = self.window.show()
        return 0

    cdef int enter(self, vector[uint32_t]* actions) except -1 nogil:
        with gil:
            return self._enter(actions)

    cdef int _enter(self, vector[uint32_t]* actions) except -1:
        where = "enter"
        try:
            if self.call_enter is not None:
                self.call_enter(self.state)
            if self.call_preferred is not None:
                where = "preferred"
                for action in self.call_preferred(self.state):
                    self._add_action(action, actions)
        except MemoryError:
            raise
        except HeuristicError:
            raise
        except (Exception, SystemExit) as error:
            reason = f"in {where}: {type(error).__name__}: {error}"
            raise HeuristicError(reason, "exception", list(self.state)) from error
        return self._renew_state()

    cdef int _add_action(self, object action, vector[uint32_t]* actions) except -1:
        cdef int schema = self.schema_numbers.get(action[0], -1)
        cdef size_t i, count
        if schema < 0 or len(action) - 1 != len(self.world.task.actions[schema].parameters):
            reason = f"preferred names {action!r}, which is no action"
            raise HeuristicError(reason, "value", list(self.state))
        count = actions.size()
        actions.push_back(schema)
        for i in range(1, <size_t>len(action)):
            number = self.world.task.object_numbers.get(action[i])
            if number is None:
                actions.resize(count)
                raise HeuristicError(f"preferred names an unknown object: {action!r}", "value", list(self.state))
            actions.push_back(number)
        return 0

    def _number(self, answer):
        """A float from a number of another type, such as numpy's."""
        if not isinstance(answer, bool) and hasattr(type(answer), "__float__"):
            return float(answer)
        raise HeuristicError(f"answered {answer!r}, not a number >= 0", "value", list(self.state))
