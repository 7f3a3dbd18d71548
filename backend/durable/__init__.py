"""Work that survives a crash: workflows whose finished steps are kept. Nothing outside of this package knows DBOS."""
