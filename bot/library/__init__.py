"""What is taught: the files under ``content/``, loaded, validated and cross-checked."""
