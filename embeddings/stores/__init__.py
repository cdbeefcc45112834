"""Where the passages' vectors are kept and searched.

`faiss` in this process, `joined` over the segments of a saved index; `milvus` in a server, over its
`milvus_connection`, with `milvus_texts` for what is too long for a field.
"""
