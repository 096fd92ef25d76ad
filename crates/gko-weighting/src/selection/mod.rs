//! The chance with which a respondent was drawn, and its inverse.
