"""A text's parts and its language: what can be searched, and what is title, date or name.

`layout` brings it together. `parts` are its lines, joined where they were wrapped; `names`,
`speakers` and `headings` tell what a line is, `outline` where a place is in the text; `head`,
`attendance`, `dates` and `times` read what it states of its meeting. `languages`, `sentences`,
`replies`, `testimony` and `hearings`: how it is written, and who asks.
"""
