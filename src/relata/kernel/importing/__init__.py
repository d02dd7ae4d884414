"""Taking in other systems' files: columns matched with fields, values brought into the form of the
kinds, near matches offered and never applied unasked.
"""
