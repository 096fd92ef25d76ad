//! Integration tests.

mod nonresponse;
mod replicate_files;
