"""A library that many machines share, in Milvus.

`index` asks it, by the word statistics of all of it (`lexical`), `bulk` writes into it, on the
machines of a Ray `cluster` too; `catalogue` is what it holds, `rows` how a passage lies there.
"""
