"""A program whose time is what a file says: `paced.py LENGTH CODE`, which tests run on this machine.

It writes a line for each second of that time, acknowledges every time it has seen, and ends after LENGTH seconds. The
time at which it ends is not acknowledged: who waits for a world to come to rest shall wait for the end, then.
"""

import os
import sys
import time

length, code = float(sys.argv[1]), int(sys.argv[2])
clock = os.path.normpath(os.path.join(os.environ["RUNTUI_WORK_FOLDER"], "../../../../clock"))
acknowledged = clock + "." + os.environ["RUNTUI_RUN"]


def told() -> str:
    """The time that the file says."""
    with open(clock) as file:
        return file.read()


began = float(told())
second = 0
seen = ""
while second < length:
    now = told()
    while second <= float(now) - began and second < length:
        print(f"step {second} residual {10 / (1 + second):.6f}")
        second += 1
    sys.stdout.flush()
    if now != seen and second < length:
        seen = now
        with open(acknowledged + ".new", "w") as file:
            file.write(now)
        os.replace(acknowledged + ".new", acknowledged)
    time.sleep(0.005)
print(f"Cd = {0.3 + code:.2f}")
with open("forces.dat", "w") as file:
    file.writelines(f"{step} {step * 0.01:.4f}\n" for step in range(200))
if code:
    print("FATAL ERROR: the solution diverges", file=sys.stderr)
sys.exit(code)
