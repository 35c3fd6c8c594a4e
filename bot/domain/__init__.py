"""The rules of the coalition's work on frozen facts: values in, values out, no I/O, no clock."""
