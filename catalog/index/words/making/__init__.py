"""How the lists in ``schemas/words`` are made, from two large ones: ``python -m`` this package.

Needs what the program itself does not: ``pip install --group words``, and for Dutch the list of
OpenTaal (Debian's package wdutch). Prints what it wrote.
"""
