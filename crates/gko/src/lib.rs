//! Facade and prelude: from a survey export to a protected indicator table.
