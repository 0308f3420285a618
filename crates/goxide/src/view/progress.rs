//! One step that takes a while: a bar on a terminal, a plain line before and after elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A step under way. Dropping it clears the bar.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A step of `total` equal parts.
    pub fn counted(what: &str, total: u64) -> Self {
        let style = "goxide: {msg} [{bar:30}] {pos}/{len}";
        Self::begin(what, || ProgressBar::new(total).with_style(template(style)))
    }

    /// A step of unknown length.
    pub fn unmeasured(what: &str) -> Self {
        let step = Self::begin(what, || {
            ProgressBar::new_spinner().with_style(template("goxide: {spinner} {msg} ({elapsed})"))
        });
        if let Some(bar) = &step.bar {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        step
    }

    fn begin(what: &str, bar: impl FnOnce() -> ProgressBar) -> Self {
        if !std::io::stderr().is_terminal() {
            super::note(what);
            return Self { bar: None };
        }
        let bar = bar();
        bar.set_message(what.to_string());
        Self { bar: Some(bar) }
    }

    /// Another `n` parts are done.
    pub fn advance(&self, n: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(n);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn template(text: &str) -> ProgressStyle {
    ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_bar())
}
