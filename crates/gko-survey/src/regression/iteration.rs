//! When an iteration ends.
//!
//! # Rule
//! By step: the linear predictor moves by less than epsilon against its own size;
//! the answer then has no trace of the start. By deviance, as R's `glm.control`
//! has it: `|D - D_before| / (|D| + 0.1) < epsilon`, which ends about one step
//! earlier; R's standard errors then rest on the working weights of the step
//! before, and differ from the limit's by up to 1e-5 of their size.

/// What must be small for an iteration to end.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Stop {
    /// The move of the linear predictor against its size.
    Step(f64),
    /// The change of the deviance, against the deviance + 0.1.
    Deviance(f64),
}

/// The end of an iteration: what must be small, and how many steps are allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iteration {
    /// What must be small.
    pub stop: Stop,
    /// Steps that are allowed.
    pub limit: u32,
}

impl Default for Iteration {
    /// To the limit of the machine: step 1e-12, at most 100 of them.
    fn default() -> Self {
        Self { stop: Stop::Step(1e-12), limit: 100 }
    }
}

impl Iteration {
    /// R's `glm.control()`: deviance 1e-8, at most 25 steps.
    #[must_use]
    pub fn glm_control() -> Self {
        Self { stop: Stop::Deviance(1e-8), limit: 25 }
    }
}
