//! Design-based estimation: designs, PSU totals, variance, intervals.
