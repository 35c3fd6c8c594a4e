"""Named reads that are long, or shared by several use cases."""
