"""LTI 1.3: learning platforms (Moodle, Canvas and others) show our calls in their courses.

In: signed launches of a platform's people. Out: meetings, visitors, tickets; links to calls for courses.
"""
