"""What an environment's tables are, how they are read, and how they are changed, through the Web API.

`handle` answers the addresses of definitions; `standard.standard_catalog` is what a fresh environment has.
"""

from leadferry.simulators.dataverse.definitions.handling import handle

__all__ = ["handle"]
