"""Which objects may be interchangeable at all: those alike in type, static atoms, goal and function values."""

from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from heurgen.core.structures cimport Relation, mix
from heurgen.core.task cimport Task

cdef uint64_t ITSELF = 0xFFFFFFFFFF     # where an atom names the object in question
cdef uint64_t SALT = 0x9E3779B97F4A7C15


cdef struct Mark:
    uint64_t low        # sums of hashes of how an object occurs: 128 bits, so that equal sums mean equal occurrences
    uint64_t high


cdef void _mark(vector[Mark]& marks, uint64_t kind, const uint32_t* arguments, size_t count) noexcept nogil:
    """Add to the marks of every object in an atom how it occurs there."""
    cdef size_t i, k
    cdef uint64_t shape
    for i in range(count):
        shape = mix(kind + mix(i))
        for k in range(count):
            shape = mix(shape ^ (ITSELF if arguments[k] == arguments[i] else <uint64_t>arguments[k]))
        marks[arguments[i]].low += mix(shape)
        marks[arguments[i]].high += mix(shape ^ SALT)


cdef int classify_objects(Task task) except -1:
    """Number the classes of objects that are alike in ``task.object_classes``.

    Objects that schemas name, and those with nothing like them, get 0.
    """
    cdef vector[Mark] marks
    cdef vector[uint32_t] row
    cdef size_t p, r
    cdef Relation* relation
    cdef uint32_t number = 0, o
    if task.classes_known:
        return 0
    task.classes_known = True
    marks.assign(task.object_count, Mark(0, 0))
    for p in range(task.infos.size()):
        relation = task.relations[p]
        if relation != NULL:
            for r in range(relation.count):
                _mark(marks, mix(p), relation.rows.data() + r * relation.arity, relation.arity)
    for literal in dict.fromkeys(task.problem.goal):
        _mark_names(task, marks, ("goal" if literal.positive else "negative goal", literal.atom[0]), literal.atom[1:])
    for term, value in task.problem.function_values.items():
        _mark_names(task, marks, ("function", term[0], value), term[1:])
    named = {
        term for action in task.actions for literal in (*action.precondition, *action.effect)
        for term in literal.atom[1:]
    }
    groups = {}
    for o in range(task.object_count):
        name = task.objects[o]
        if name not in named:
            key = (task.problem.objects[name], tuple(task._types_of[name][:1]), marks[o].low, marks[o].high)
            groups.setdefault(key, []).append(o)
    task.object_classes.assign(task.object_count, 0)
    for members in groups.values():
        if len(members) > 1:
            number += 1
            for o in members:
                task.object_classes[o] = number
    return 0


cdef int _mark_names(Task task, vector[Mark]& marks, tuple kind, names) except -1:
    cdef vector[uint32_t] row
    cdef uint64_t hashed = SALT
    for byte in repr(kind).encode():        # not hash(): that of text differs from run to run
        hashed = mix(hashed ^ <uint64_t>byte)
    for name in names:
        row.push_back(task.object_numbers[name])
    _mark(marks, hashed, row.data(), row.size())
    return 0
