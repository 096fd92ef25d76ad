//! Files of replicate weights: found, read, written, and read by R.

mod detecting;
mod reading;
mod written;

use gko_weighting::replicate_files::ReplicateFileError;

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, ReplicateFileError>, code: &str, text: &str) {
    let error = result.unwrap_err();
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    assert!(message.contains(code) && message.contains(text), "{message}");
}
