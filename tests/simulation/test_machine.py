"""The simulated machine behaves like a real one with time, threads and sockets, in a deterministic order."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulation.virtual import stdlib
from tests.simulation.virtual.machine import Machine, Process


@pytest.fixture
def machine():
    with stdlib.installed():
        yield Machine()


@pytest.fixture
def process(machine):
    return Process(machine)


def test_sleeping_takes_simulated_time_only(machine, process):
    said = []
    began = time.monotonic()

    process.start(lambda: (time.sleep(3600), said.append(time.monotonic())))
    machine.run()

    assert said == [machine.now] == [3600]
    assert time.monotonic() - began < 60


def test_threads_take_turns_in_the_order_of_their_times(machine, process):
    said = []

    def speak(name, *pauses):
        for pause in pauses:
            time.sleep(pause)
            said.append((machine.now, name))

    process.start(lambda: speak("a", 2, 2))
    process.start(lambda: speak("b", 1, 2))
    machine.run()

    assert said == [(1, "b"), (2, "a"), (3, "b"), (4, "a")]


def test_a_lock_is_held_by_one_thread_at_a_time(machine, process):
    said = []

    def work(lock):
        with lock:
            said.append("in")
            time.sleep(1)
            said.append("out")

    def begin():
        lock = threading.Lock()
        for _ in range(3):
            process.start(lambda: work(lock))

    process.start(begin)
    machine.run()

    assert said == ["in", "out"] * 3


def test_a_timer_fires_in_a_thread_of_its_own_unless_it_is_cancelled(machine, process):
    said = []

    def begin():
        timers = [threading.Timer(5, lambda name=name: said.append((machine.now, name))) for name in "ab"]
        for timer in timers:
            timer.start()
        timers[0].cancel()
        time.sleep(10)

    process.start(begin)
    machine.run()

    assert said == [(5, "b")]


def test_a_pool_works_at_the_same_time_and_hands_results_and_errors_over(machine, process):
    said = []

    def work(seconds):
        time.sleep(seconds)
        if seconds == 3:
            raise OSError("gone")
        return seconds

    def begin():
        with ThreadPoolExecutor(max_workers=2) as crew:
            said.extend(crew.map(work, [2, 1]))
        with pytest.raises(OSError, match="gone"), ThreadPoolExecutor(max_workers=2) as crew:
            list(crew.map(work, [1, 3]))

    process.start(begin)
    machine.run()

    assert said == [2, 1]
    assert machine.now == 5


def test_who_waits_for_so_long_only_goes_on_then_and_the_work_too(machine, process):
    said = []

    def work(seconds):
        time.sleep(seconds)
        said.append((machine.now, "works"))

    def begin():
        crew = ThreadPoolExecutor(max_workers=2)
        late, soon = crew.submit(work, 20), crew.submit(work, 3)
        soon.result(timeout=8)
        with pytest.raises(TimeoutError):
            late.result(timeout=5)
        said.append((machine.now, late.done(), late.cancel()))
        late.result()
        said.append((machine.now, late.done()))

    process.start(begin)
    machine.run()

    assert said == [(3, "works"), (8, False, False), (20, "works"), (20, True)]


def test_a_pool_that_many_processes_share_keeps_nothing_of_theirs(machine):
    crew = ThreadPoolExecutor(max_workers=2)
    processes = [Process(machine) for _ in range(3)]
    kept = []

    for process in processes:
        process.start(lambda: crew.submit(time.sleep, 10))
    machine.after(5, processes[0].kill)
    machine.after(20, lambda: processes[1].start(lambda: kept.extend([crew.submit(int).result(), *crew.simulated])))
    machine.run()

    assert kept == [0]


def test_what_is_killed_has_no_effect_any_more(machine, process):
    said = []

    def begin():
        try:
            time.sleep(10)
        finally:
            said.append("dies")
            time.sleep(1)  # nothing that it tries during unwinding works
            said.append("never")

    process.start(begin)
    machine.after(5, process.kill)
    machine.run()

    assert said == ["dies"]
    assert machine.now == 10


def test_an_error_that_a_thread_does_not_catch_is_raised_where_the_machine_runs(machine, process):
    process.start(lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        machine.run()


def test_who_waits_for_a_lock_of_a_dead_process_dies_too(machine, process):
    lock_of_the_dead = []

    def begin():
        lock_of_the_dead.append(threading.Lock())
        with lock_of_the_dead[0]:
            process.start(lock_of_the_dead[0].acquire)
            time.sleep(10)

    process.start(begin)
    machine.after(5, process.kill)
    machine.run()

    assert not lock_of_the_dead[0].locked()


def test_a_connection_reaches_nobody_but_the_machine(machine, process):
    asked = []

    def connect(host, timeout):
        asked.append((host, timeout))
        raise ConnectionRefusedError

    def begin():
        with pytest.raises(ConnectionRefusedError):
            http.client.HTTPConnection("cloudformation.simulated", timeout=3).request("PUT", "/")

    machine.connect = connect
    process.start(begin)
    machine.run()

    assert asked == [("cloudformation.simulated", 3)]


def test_for_everybody_else_nothing_has_changed(machine):
    timer = threading.Timer(0, lambda: None)

    with ThreadPoolExecutor() as crew:
        results = list(crew.map(str, [1, 2]))

    assert machine.now == 0
    assert isinstance(timer, threading.Thread)
    assert not isinstance(threading.Lock(), stdlib.Lock)
    assert results == ["1", "2"]
