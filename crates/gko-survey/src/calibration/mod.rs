//! Shape of the calibration module until it is merged.

/// What a calibrated variance needs.
#[derive(Debug, Clone)]
pub struct Adjustment;

impl Adjustment {
    /// Frees weighted scores from what the weights were calibrated to.
    pub fn residualise(&self, _: &mut crate::Matrix) {}
}

/// Calibrated weights.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The weights.
    pub weights: Vec<f64>,
    /// What the variance needs.
    pub adjustment: Adjustment,
}
