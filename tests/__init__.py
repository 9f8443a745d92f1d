"""The tests: one file for each topic word of the manual, in the folder of its app."""
