"""Reports: sentences, tables, plots and raw figures in; tables on the terminal, HTML, JSON and Markdown files out."""

from benchmarks.report.files import publish
from benchmarks.report.model import Bar, Bars, Line, Lines, Plot, Range, Ranges, Report, Section, Table

__all__ = ["Bar", "Bars", "Line", "Lines", "Plot", "Range", "Ranges", "Report", "Section", "Table", "publish"]
