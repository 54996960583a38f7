"""GDX's services in a box, a module for each family. ``sandbox`` mounts them around one world.

The calls, their parameters and the kinds of answer are documented; each place where a module had to
choose what no document says is marked "modelled". Everything in it is synthetic.
"""
