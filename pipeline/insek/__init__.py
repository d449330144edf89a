"""Screening of German municipal development plans for migration, integration and participation.

Imports go one way, checked by import-linter: cli > review > batch > run > learn | report
> extract | segment | tag | score > guideline | modelstore > project | store > domain > errors.
Importing this package loads none of the heavy libraries.
"""

__version__ = "0.1.0"
