"""Where the passages' vectors are kept and searched.

`faiss` in this process, `joined` over the segments of a saved index; `milvus` in a server, with its
`milvus_connection` and what it bears of `milvus_texts`.
"""
