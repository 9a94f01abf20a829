"""An immutable set with a fixed order of iteration."""

from collections.abc import Set


cdef class AtomSet:
    """A set of argument tuples that cannot be changed and that iterates in a fixed order.

    Behaves like a frozenset (``in``, ``len``, ``&``, ``|``, ``-``, ``<=``, ``==``, hash), but does not
    depend on PYTHONHASHSEED. Set operations answer with an AtomSet in the order of the left operand.
    """

    cdef tuple items
    cdef frozenset members

    def __init__(self, items=()):
        self.items = tuple(dict.fromkeys(items))
        self.members = frozenset(self.items)

    def __contains__(self, item):
        return item in self.members

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, place):
        """The atom at that place of the order of iteration."""
        return self.items[place]

    def __hash__(self):
        return hash(self.members)

    def __eq__(self, other):
        if isinstance(other, AtomSet):
            return self.members == (<AtomSet>other).members
        return self.members == other

    def __le__(self, other):
        return self.members <= frozenset(other)

    def __lt__(self, other):
        return self.members < frozenset(other)

    def __ge__(self, other):
        return self.members >= frozenset(other)

    def __gt__(self, other):
        return self.members > frozenset(other)

    def __and__(self, other):
        other = frozenset(other)
        return AtomSet([item for item in self if item in other])

    def __or__(self, other):
        return AtomSet([*self, *other])

    def __sub__(self, other):
        other = frozenset(other)
        return AtomSet([item for item in self if item not in other])

    def __xor__(self, other):
        return (self - other) | [item for item in other if item not in self]

    __rand__ = __and__
    __ror__ = __or__

    def isdisjoint(self, other):
        """Whether it has no item in common with `other`."""
        return self.members.isdisjoint(other)

    def __repr__(self):
        return f"AtomSet({list(self.items)!r})"

    def __reduce__(self):
        return AtomSet, (self.items,)


Set.register(AtomSet)
