"""A meeting as a whole: what it was about, what was agreed, who took part, when and where.

`whole` tells that a question asks for that, `named` of which meeting. `overview` answers from the
sentences, by `outcomes` and `telling`; `circumstances` from the lines at its `head`; `sayings` what
somebody said, `duties` what somebody has to do, by any of the names that `people` knows, `numbered`
what stands in a numbered place. `sentences` chooses among them.
"""
