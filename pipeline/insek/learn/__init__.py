"""Learning: labels, split by municipality, training, evaluation.

This room never imports click, pdfplumber, pypdfium2 or the reports; it is the only one, with `tag.model`, that may use
scikit-learn.
"""
