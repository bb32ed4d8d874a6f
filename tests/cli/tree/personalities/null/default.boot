# The stand-in guest's archive.
file program @build@/personalities/null/program
file data/note README

program first program one two key=value
program second program
