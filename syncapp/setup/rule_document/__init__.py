"""A rule as one document: as it stands in a configuration file, in a wizard's draft and in a kept
version. Read and judged whole (wanted), stored (store), written again (written)."""
