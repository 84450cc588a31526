"""The dashboard: screens over the services, in a terminal. Nothing below this package knows that there is one."""
