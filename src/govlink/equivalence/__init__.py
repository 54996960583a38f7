"""The equivalence service (การเทียบวุฒิการศึกษา): petitions, rules, decisions, certificates.

A petition is a log of events. ``decide`` turns a command into events, ``apply`` turns events into a
petition; both are pure. Import from the modules: ``store`` alone needs SQLAlchemy.
"""
