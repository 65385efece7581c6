"""The engine of a sweep: threads and processes here, or the workers of a Dask cluster."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from joblib import Parallel, cpu_count

from .cache import CacheFault

MOST_THREADS = 4
PATIENCE = 10  # seconds until a scheduler that does not answer counts as gone


def workers(n_workers: int, scheduler: str) -> AbstractContextManager[Callable[[Iterable], Iterable]]:
    """The engine that takes delayed calls and yields results in order: joblib here, or a Dask cluster."""
    return _cluster(scheduler) if scheduler else _here(n_workers or cpu_count())


@contextmanager
def _here(n_workers):
    # kernels release the interpreter's lock; beyond a few threads what is left of Python would queue for it
    prefer = "threads" if n_workers <= MOST_THREADS else "processes"
    with _enough_memory(BrokenProcessPool):
        yield Parallel(n_jobs=n_workers, prefer=prefer, return_as="generator")


@contextmanager
def _cluster(scheduler):
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        needed = 'python -m pip install "regrnn_lib[cluster]"'
        raise ImportError(f"scheduler = {scheduler}: needs Dask, which is not installed: {needed}") from None
    try:
        with Client(scheduler, timeout=PATIENCE) as client, _enough_memory(KilledWorker):
            yield partial(_on_cluster, client.get_executor(), 4 * sum(client.nthreads().values()) + 4)
    except CacheFault:
        raise
    except TypeError as error:  # from Dask, where an address begins with tls and no certificate is named
        if "ssl_context" not in str(error):
            raise
        where = "name its certificates in Dask's configuration, distributed.comm.tls"
        raise OSError(f"the scheduler {scheduler} speaks TLS: {where}") from None
    except (OSError, CancelledError) as error:
        reason = "it went away" if isinstance(error, CancelledError) else str(error).splitlines()[0]
        raise OSError(f"the scheduler {scheduler} is not there ({reason}); what is done is kept") from None


def _on_cluster(executor, ahead, jobs):
    """Results in the order of the jobs, of which no more than `ahead` wait on the cluster at a time."""
    # joblib's Dask backend never returns when a task is given up because its workers were killed
    waiting = deque()
    for function, args, keywords in jobs:
        waiting.append(executor.submit(function, *args, **keywords))
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)


@contextmanager
def _enough_memory(killed):
    """Turn what tells of a worker without memory, `killed` or MemoryError, into one clear message."""
    try:
        yield
    except (killed, MemoryError) as error:
        said = (
            str(error).splitlines()[0] if isinstance(error, MemoryError) and str(error) else "it was killed"
        )
        advice = "what is done is kept. Use fewer workers (n_workers), or smaller networks"
        raise MemoryError(f"a worker ran out of memory ({said}); {advice}") from None
