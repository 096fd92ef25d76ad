//! A bar on a terminal, and nothing elsewhere.

use std::time::Duration;

use gko::Step;
use gko::report::printable;
use indicatif::{ProgressBar, ProgressStyle};

/// Shows the steps of a run; hidden by itself where standard error is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if !bar.is_hidden() {
            // A long step shows that time passes.
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} {elapsed}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(crate) fn step(&self, step: &Step) {
        self.at(step.done, step.total, &format!("{}: {}", step.stage.as_str(), step.what));
    }

    /// So many of all are done, and this begins.
    pub(crate) fn at(&self, done: usize, of: usize, what: &str) {
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
        self.0.set_message(printable(what));
        self.0.tick();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
