"""What several rooms of tests share: real servers, the tree of files, the guard against the network."""
