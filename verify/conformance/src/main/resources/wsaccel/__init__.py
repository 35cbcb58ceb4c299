# SPDX-License-Identifier: Apache-2.0
"""The accelerator that the suite uses where there is one, for Jython.

Its name and its interface are those of the native library of CPython that the suite looks for.
"""
