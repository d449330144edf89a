"""The review desk: a local web application in which people check what the program found, passage by passage.

Starlette and uvicorn are imported here and nowhere else; PDF engines, click and scikit-learn are not. The desk writes
two files, both only ever longer: `reviews.jsonl` in the run directory and a file of the annotator in `corpus/labels/`.
"""
