//! Reliability standards and disclosure control.
