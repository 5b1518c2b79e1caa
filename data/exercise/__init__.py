"""The exercise: a seeded simulator of invented happenings over real geography, with its own clock (design.md).

Nothing here happened. It cannot be taken for real: dates lie in 2041 to 2048, ids begin with EX-, the actors are
invented, and every row says `exercise = true`.
"""
