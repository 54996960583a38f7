"""Choose which further cells to hide so that the secret ones cannot be worked out.

``problem`` says what is asked and what comes back, ``search`` finds it. ``net`` is the problem as arrays.
``cover`` proposes patterns that keep the inequalities of ``cuts``; ``shifts`` asks the solver whether a cell
can still rise, ``boxes`` and ``near`` (through ``quick``) try without it or in a small part. ``finish`` makes
a proposal safe and thins it out, by what ``evidence`` proves safe and ``needs`` proves indispensable.
"""
