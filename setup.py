"""Builds the compiled modules: every `.pyx` under `sfu/plane` and `benchmarks` becomes one extension."""

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

OPTIMISE = ["-O3", "-fno-strict-aliasing", "-Wno-unused-function"]


def extension(source: Path) -> Extension:
    """One extension module per concern; they share structs by `cimport`, never one big translation unit."""
    return Extension(
        ".".join(source.with_suffix("").parts),
        [str(source)],
        extra_compile_args=OPTIMISE,
        extra_link_args=["-pthread"],
    )


sources = sorted([*Path("sfu/plane").rglob("*.pyx"), *Path("benchmarks").rglob("*.pyx")])
setup(
    ext_modules=cythonize(
        [extension(source) for source in sources],
        nthreads=os.cpu_count() or 1,
        language_level=3,
        annotate=False,
        compiler_directives={
            "boundscheck": False,
            "wraparound": False,
            "initializedcheck": False,
            "cdivision": True,
            "freethreading_compatible": False,
            "binding": False,
        },
    )
)
