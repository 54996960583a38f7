"""Choose which further cells to hide so that the secret ones cannot be worked out.

``problem`` says what is asked and what comes back, ``search`` finds it. ``net`` is the problem as arrays,
``twins`` in it taken for one. ``cover`` proposes patterns that keep the inequalities of ``cuts``; ``shifts``
asks the solver whether a cell can still rise. Through ``quick`` others try before: ``boxes`` without it, with
``links`` for what moves along elsewhere, ``layers`` in an earlier table alone, ``near`` in a small part;
and ``limits`` says without it what cannot rise. ``finish`` makes a proposal safe and ``thin`` takes out what
it can do without: ``evidence`` tells what is proven safe still, ``mend`` repairs the proof of what is not,
``needs`` and ``limits`` tell what is indispensable.
"""
