"""The weeks of groups: counted, stored, and for whom."""
