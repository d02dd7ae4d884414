"""Work that outlasts a request: kept in the workspace, done by worker processes, taken up again when
a worker dies.
"""
