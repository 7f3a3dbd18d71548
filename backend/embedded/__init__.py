"""Real servers that are installed as wheels, run beside the service where no others are given.

They need a POSIX system: import this package only where a server has to be started.
"""
