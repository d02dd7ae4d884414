"""Reading, in pipeline order: language, frame (joins and masks), compile, run; search and aggregates
are the same pipeline with another last step.
"""
