"""The one language of formulas, conditions and filters.

Two notations (formula text in `grammar`, filter JSON in `filter`) become one typed `tree`, which
`sql` compiles for PostgreSQL and `memory` evaluates in Python. The two always agree.
"""
