"""A real Dask cluster of worker processes on loopback: same bytes, survivors, clear words at the end."""

import os
import signal
import threading
import time
from collections import namedtuple

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.experiments import cache
from regrnn_lib.experiments.sweep import sweep

GRID = dict(strength=[0.1, 0.2, 0.3], balance=[-0.2, 0.0, 0.2])
Slow = namedtuple("Slow", "trace")


def slow(W, seed):
    time.sleep(0.02)
    return Slow(float(np.trace(W)))


@pytest.fixture
def cluster():
    options = dict(threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None)
    with LocalCluster(n_workers=2, **options) as made:
        yield made


def ask(evaluate=free_dynamics, scheduler="", **more):
    settings = dict(n_steps=60, burn_in=20) if evaluate is free_dynamics else {}
    return sweep(
        GRID,
        evaluate,
        n_neurons=20,
        n_replicates=30,
        settings=settings,
        scheduler=scheduler,
        version="1",
        **more,
    )


def kill_one_worker(cluster):
    with Client(cluster) as client:
        pids = client.run(os.getpid)
    os.kill(sorted(pids.values())[0], signal.SIGKILL)


def test_two_workers_give_the_same_bytes_and_one_may_die(cluster):
    here = ask(n_workers=1)
    assert ask(scheduler=cluster.scheduler_address).identical(here)
    want = ask(slow, n_workers=2)
    killer = threading.Timer(1.0, kill_one_worker, [cluster])
    killer.start()
    begun = time.monotonic()
    assert ask(slow, scheduler=cluster.scheduler_address).identical(want)
    killer.join()
    assert time.monotonic() - begun > 1.0  # the worker died before the end


def close_after_first(cluster):
    """Close the cluster once something is in the cache."""
    with cache.Store() as store:
        while store.count() == 0:
            time.sleep(0.05)
    cluster.close()


def test_a_scheduler_that_goes_away_is_one_message_and_what_is_done_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path))
    options = dict(threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None)
    with LocalCluster(n_workers=2, **options) as made:
        stopper = threading.Thread(target=close_after_first, args=[made])
        stopper.start()
        with pytest.raises(OSError, match="the scheduler tcp://127.0.0.1.* what is done is kept"):
            ask(slow, scheduler=made.scheduler_address)
        stopper.join()
    with cache.Store() as store:
        assert store.count() > 0


def kills_its_process(W, seed):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_task_that_kills_its_workers_is_one_message():
    allowed = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    options = dict(threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None)
    with allowed, LocalCluster(n_workers=2, **options) as made:
        with pytest.raises(MemoryError, match="^a worker ran out of memory .* what is done is kept"):
            ask(kills_its_process, scheduler=made.scheduler_address)


def test_a_scheduler_that_is_not_there_is_one_message(monkeypatch):
    monkeypatch.setattr("regrnn_lib.experiments.workers.PATIENCE", 1)
    with pytest.raises(OSError, match="the scheduler tcp://127.0.0.1:9 is not there"):
        ask(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ValueError, match="scheduler = 'somewhere': must be an address"):
        ask(scheduler="somewhere")


def test_without_certificates_a_scheduler_with_tls_is_one_message():
    with pytest.raises(OSError, match="tls://127.0.0.1:9 speaks TLS: name its certificates in Dask's conf"):
        ask(scheduler="tls://127.0.0.1:9")
