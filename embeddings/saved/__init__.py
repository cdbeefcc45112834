"""An index on disk: written whole or not at all, read in parts, grown for years.

`library` keeps it in step with a folder of files, by `growth`; `storage` opens it as a
`stored_index`. A `generations` folder keeps what was there until the new is whole; in it lie
`segment`s and their `record`. `row_file`, `token_file` and `open_file` read a part of what is
large; `forms` are documents and passages as JSON.
"""
