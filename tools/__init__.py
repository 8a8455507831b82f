"""How the layer and its bill of materials are built."""
