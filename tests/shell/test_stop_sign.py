"""A wish to stop: from any thread, and from a signal handler at any moment."""

import subprocess
import sys
import threading

from incident_fsm._stop_sign import StopSign


def test_it_is_not_set_until_somebody_sets_it() -> None:
    """Expect a wait to end without it, and to say so."""
    sign = StopSign()
    assert not sign.is_set()
    assert not sign.wait(0.001)


def test_once_set_it_stays_so() -> None:
    """Expect no wait to take any time afterwards, however often it is asked for and set."""
    sign = StopSign()
    sign.set()
    sign.set()
    assert [sign.is_set(), sign.wait(), sign.wait(60), sign.wait()] == [True] * 4


def test_everybody_who_waits_is_woken_up() -> None:
    """Expect each of four threads that wait without end to go on, although it is set once."""
    sign = StopSign()
    woken: list[bool] = []
    threads = [threading.Thread(target=lambda: woken.append(sign.wait()), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    sign.set()
    for thread in threads:
        thread.join(30)
    assert woken == [True] * 4


INTERRUPTED = """
import random, signal
from incident_fsm._stop_sign import StopSign

dice = random.Random(11)
signs = []
signal.signal(signal.SIGALRM, lambda *_: signs[-1].set())
for _ in range(3000):
    signs[:] = [StopSign()]
    signal.setitimer(signal.ITIMER_REAL, dice.uniform(1e-6, 3e-5))
    while not signs[-1].wait(0.01):
        pass
print("through")
"""


def test_a_signal_may_interrupt_a_wait_at_any_moment() -> None:
    """Expect 3,000 waits, each interrupted by a handler that sets it, to end; with `threading.Event` they hang."""
    run = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout == "through\n"
