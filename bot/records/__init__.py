"""What happened to whom: rows and repositories, one file an aggregate."""
