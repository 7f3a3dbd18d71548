"""The tests of tapecheck. It is a package because an SDK that they compare with installs another one of this name."""
