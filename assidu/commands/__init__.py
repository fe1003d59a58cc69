"""One module for each family of `assidu` commands; `assidu.cli` names them."""
