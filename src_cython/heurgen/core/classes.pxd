from heurgen.core.task cimport Task


cdef int classify_objects(Task task) except -1
