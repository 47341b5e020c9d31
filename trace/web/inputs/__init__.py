"""Forms as people send them, read into what services take; what is wrong is named, what was typed is kept."""
