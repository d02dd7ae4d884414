"""From what people and programs write in cells to values in the form of their field's kind: what means the same becomes the same,
what could mean two things is refused with how to mend it, and nothing near is taken unasked.
"""
