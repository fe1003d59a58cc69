"""How early and how well dropout is foreseen, shown on the Open University's data through the product's own path.

`scripts/evaluate-dropout` reads the tables, makes records and statements of them, sends these through ingest while a
clock follows them, has the worker's steps keep facts, stops at each day of the protocol for features, and then fits,
judges and writes docs/dropout-evaluation.md. The data: Kuzilek, Hlosta, Zdrahal, "Open University Learning Analytics
dataset", Scientific Data 4 (2017), doi:10.1038/sdata.2017.171, CC BY 4.0.
"""
