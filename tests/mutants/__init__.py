"""Would the tests notice? Small faults put into the code that judges, one at a time."""
