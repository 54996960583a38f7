"""What ``release`` is made of: reports, the audit by any method, and the files, written and read back.

``attacking`` audits a table by its method, ``reporting`` makes the reports, ``reading`` reads the public one
back. ``table_file`` and ``files`` are the release on disk, ``mask`` tells which of its cells were hidden, and
``checking`` audits a table that lies in a file.
"""
