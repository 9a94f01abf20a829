"""The lifted task in compiled form: schemas, initial state and goal.

They stand on the layers `Numbering` (objects, predicates, codes), `Relations` (static atoms) and `Tuples`.
"""

from types import MappingProxyType

from libc.stdint cimport uint32_t
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from heurgen.core.structures cimport EffectInfo, LiteralInfo, SchemaInfo, TermList
from heurgen.core.tuples cimport Tuples


cdef class Task(Tuples):
    """A planning task, read-only, as a heuristic sees it.

    Attributes
    ----------
    name, domain_name : str
    objects : tuple of str
        All objects, constants included, ordered by type.
    predicates : mapping from name to Predicate
        With the declared parameters and their types.
    actions : tuple of Action
        The lifted action schemas.
    static : mapping from predicate name to an immutable set of argument tuples
        The atoms of the predicates that no action changes, in a fixed order of iteration.
    goal, negative_goal : tuple of atoms
        What must hold and what must not.
    action_costs : mapping from a ground function term such as ("road-length", "a", "b") to its value
        Empty where the task has no action costs.
    problem
        The data the task was made from (heurgen.pddl.Problem).
    """

    def __init__(self, problem):
        Tuples.__init__(self, problem)
        self.problem = problem
        self.name = problem.name
        self.domain_name = problem.domain.name
        self.predicates = MappingProxyType(dict(problem.domain.predicates))
        self.actions = tuple(problem.domain.actions)
        self.action_costs = MappingProxyType(dict(problem.function_values) if problem.minimize_cost else {})
        self._compile_schemas(problem)
        self._compile_initial(problem)
        self._compile_goal(problem)

    def __repr__(self):
        return f"<Task {self.domain_name}/{self.name}: {len(self.objects)} objects>"

    def __reduce__(self):
        return Task, (self.problem,)

    # ----- what Python asks -----

    @property
    def initial_state(self):
        if self._initial_state is None:
            from heurgen.core.state import initial_state
            self._initial_state = initial_state(self)
        return self._initial_state

    def is_goal(self, state):
        """Whether the goal holds in `state`."""
        return state.goals_left == 0

    def applicable(self, state):
        """The actions applicable in `state`, as a list of (action, argument, ...) tuples. Nothing is grounded."""
        return self._world().applicable(state)

    def successor(self, state, action):
        """The state that `action`, a tuple (name, argument, ...), leads to from `state`.

        Raises ValueError where it is not applicable, naming the first precondition that does not hold.
        """
        return self._world().successor(state, action)

    def plan_cost(self, plan):
        """The cost of a list of action tuples: their number where actions cost nothing or no metric asks."""
        if not self.problem.minimize_cost or not any(action.cost for action in self.actions):
            return len(plan)
        schemas = {action.name: action for action in self.actions}
        return sum(self._action_cost(schemas[step[0]], step[1:]) for step in plan)

    def _action_cost(self, action, arguments):
        total = 0
        values = {parameter.name: value for parameter, value in zip(action.parameters, arguments)}
        for term in action.cost or ():
            if isinstance(term, tuple):
                ground = (term[0], *[values.get(name, name) for name in term[1:]])
                if ground not in self.problem.function_values:
                    raise ValueError(f"the cost term ({' '.join(ground)}) has no value")
                term = self.problem.function_values[ground]
            total += term
        return total

    def _world(self):
        if self._scratch is None:
            from heurgen.core.explore import Explorer
            self._scratch = Explorer(self)
        return self._scratch

    # ----- compiling -----

    def _compile_schemas(self, problem):
        cdef SchemaInfo schema
        cdef LiteralInfo literal
        cdef EffectInfo effect
        cdef uint32_t shift, bits
        for action in problem.domain.actions:
            schema = SchemaInfo()
            parameters = {parameter.name: place for place, parameter in enumerate(action.parameters)}
            shift = 0
            for parameter in action.parameters:
                schema.params.push_back(self.type_set(parameter.types))
                bits = max(1, (max(self.object_count, 1) - 1).bit_length())
                schema.shifts.push_back(shift)
                schema.masks.push_back((1 << bits) - 1)
                shift += bits
            schema.wide = shift > 64 or len(action.effect) > 32
            for source in action.precondition:
                literal = LiteralInfo()
                literal.positive = source.positive
                literal.predicate = -1 if source.atom[0] == "=" else self.predicate_numbers[source.atom[0]]
                literal.terms = self.terms_of(source.atom, parameters)
                schema.precondition.push_back(literal)
            for source in sorted(dict.fromkeys(action.effect), key=lambda e: e.positive):
                effect = EffectInfo()
                effect.adds = source.positive
                effect.predicate = self.predicate_numbers[source.atom[0]]
                effect.terms = self.terms_of(source.atom, parameters)
                effect.code = self.form_of(effect.predicate, effect.terms)
                schema.effects.push_back(effect)
            self._find_rivals(&schema)
            self.schemas.push_back(schema)

    cdef TermList terms_of(self, atom, dict parameters):
        cdef TermList terms
        for term in atom[1:]:
            if term in parameters:
                terms.params.push_back(parameters[term])
                terms.constants.push_back(0)
            else:
                terms.params.push_back(-1)
                terms.constants.push_back(self.object_numbers[term])
        return terms

    cdef void _find_rivals(self, SchemaInfo* schema):
        cdef size_t i, k
        for i in range(schema.effects.size()):
            if schema.effects[i].adds:
                continue
            for k in range(schema.effects.size()):
                if schema.effects[k].adds and schema.effects[k].predicate == schema.effects[i].predicate:
                    schema.effects[i].rivals.push_back(k)

    def _compile_initial(self, problem):
        cdef vector[uint32_t] arguments
        cdef dict numbers = self.object_numbers
        cdef tuple atom
        cdef int predicate, i
        cdef TermList terms
        arguments.resize(1)
        for atom in problem.init:
            predicate = self.predicate_numbers[atom[0]]
            if self.relations[predicate] != NULL:
                continue
            arguments.resize(max(1, len(atom) - 1))
            for i in range(len(atom) - 1):
                arguments[i] = numbers[atom[i + 1]]
            self.initial_codes.push_back(<uint32_t>self._intern(predicate, arguments.data()))
        sort(self.initial_codes.begin(), self.initial_codes.end())

    def _compile_goal(self, problem):
        cdef vector[uint32_t] arguments
        cdef int predicate, place = 0
        cdef bint holds
        goal, negative = [], []
        for literal in problem.goal:
            name = literal.atom[0]
            if name == "=":
                self.static_goals_left += (literal.atom[1] == literal.atom[2]) != literal.positive
                continue
            predicate = self.predicate_numbers[name]
            arguments.assign(max(1, len(literal.atom) - 1), 0)
            for i, term in enumerate(literal.atom[1:]):
                arguments[i] = self.object_numbers[term]
            (goal if literal.positive else negative).append(literal.atom)
            if self.relations[predicate] != NULL:
                holds = self.static_holds(predicate, arguments.data())
                self.static_goals_left += holds != literal.positive
            elif literal.positive:
                self.goal_codes.push_back(<uint32_t>self._intern(predicate, arguments.data()))
                self.goal_order.push_back(len(goal) - 1)
            else:
                self.negative_goal_codes.push_back(<uint32_t>self._intern(predicate, arguments.data()))
        # The same tuples as states hand out, so that `atom in state` knows them by address.
        cdef size_t k
        for k in range(self.goal_codes.size()):
            goal[self.goal_order[k]] = self.atom_tuple(self.goal_codes[k])
        self.goal = tuple(goal)
        self.negative_goal = tuple(negative)

    cdef tuple action_tuple(self, int schema, const uint32_t* arguments):
        cdef size_t i
        names = [self.actions[schema].name]
        for i in range(self.schemas[schema].params.size()):
            names.append(self.objects[arguments[i]])
        return tuple(names)
