//! On what conclusions from the weights rest.
//!
//! # Rule
//! Weights that stem from known chances alone are design-based. One quota sample
//! in a pool makes what is said of the pool model-based.
//!
//! # References
//! AAPOR (2013) *Report of the Task Force on Non-Probability Sampling*, sections
//! 4 and 7.

use serde::{Deserialize, Serialize};

/// On what conclusions from the weights rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "basis")]
pub enum Inference {
    /// On the chances of the draw.
    DesignBased,
    /// On a model of who is in the sample: a standard error then describes the model.
    ModelBased {
        /// Why no chance is known.
        reason: String,
    },
}

impl Inference {
    /// Whether the chances of the draw carry the conclusions.
    #[must_use]
    pub fn is_design_based(&self) -> bool {
        matches!(self, Self::DesignBased)
    }

    /// The basis of a pool: design-based when all parts are; else all reasons, each
    /// once, in the order of the parts.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::selection::Inference;
    ///
    /// let quota = Inference::ModelBased { reason: "quota sample".into() };
    /// assert_eq!(Inference::joined([&Inference::DesignBased, &quota]), quota);
    /// assert!(Inference::joined([&Inference::DesignBased]).is_design_based());
    /// ```
    #[must_use]
    pub fn joined<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut reasons: Vec<&str> = Vec::new();
        for part in parts {
            match part {
                Self::ModelBased { reason } if !reasons.contains(&reason.as_str()) => {
                    reasons.push(reason);
                }
                _ => {}
            }
        }
        match reasons.is_empty() {
            true => Self::DesignBased,
            false => Self::ModelBased { reason: reasons.join("; ") },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_named_once() {
        let quota = |reason: &str| Inference::ModelBased { reason: reason.to_owned() };
        let parts = [quota("quota"), Inference::DesignBased, quota("web"), quota("quota")];
        assert_eq!(Inference::joined(&parts), quota("quota; web"));
        assert_eq!(Inference::joined([]), Inference::DesignBased);
    }
}
