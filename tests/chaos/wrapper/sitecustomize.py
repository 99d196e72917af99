"""Loaded by every Python process of a chaos run, for this folder stands on its PYTHONPATH; the
product knows nothing of it. Kills a process at a commit when told to by a file, and plants a bug
(a mutant) when CHAOS_MUTANT names one."""

import importlib.abc
import importlib.util
import os
import pathlib
import re
import signal
import sys


def _die_at_commits(base):
    """The file named by CHAOS_FLAG says `before` or `after`: the next commit is the last one."""
    commit = base.BaseDatabaseWrapper._commit

    def mortal_commit(self):
        flag = pathlib.Path(os.environ.get("CHAOS_FLAG") or os.devnull)
        where = flag.read_text() if flag.exists() else ""
        if where == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = commit(self)
        if where == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    base.BaseDatabaseWrapper._commit = mortal_commit


CHANGES = {"django.db.backends.base.base": _die_at_commits}


def _plant(name):
    """A mutant is a module with TARGET, the name of a function (`module:path`), and `changed`,
    which makes the wrong one of the real. It may need the product, so it is imported only then."""
    file = pathlib.Path.cwd() / "tests" / "chaos" / "mutants" / f"{name}.py"
    target = re.search(r'^TARGET = "(.+)"$', file.read_text(), re.MULTILINE)
    module, _, path = target[1].partition(":")

    def change(loaded):
        mutant = importlib.import_module(f"tests.chaos.mutants.{name}")
        *owners, last = path.split(".")
        owner = loaded
        for one in owners:
            owner = getattr(owner, one)
        setattr(owner, last, mutant.changed(getattr(owner, last)))

    CHANGES[module] = change


class _Changing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        change = CHANGES.get(name)
        if change is None:
            return None
        del CHANGES[name]
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            change(module)

        spec.loader.exec_module = exec_module
        return spec


if os.environ.get("CHAOS_MUTANT"):
    sys.path.insert(0, str(pathlib.Path.cwd()))
    _plant(os.environ["CHAOS_MUTANT"])
sys.meta_path.insert(0, _Changing())
