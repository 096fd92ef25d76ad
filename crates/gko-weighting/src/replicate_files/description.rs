//! What a file of replicate weights says of itself, for people and machines.
//!
//! # Rule
//! Everything a variance needs beside the columns: names, kind, scales, where squares
//! are centred, and how the weights came about (seed, generator, tau). Written as JSON
//! it is read back to the same [`Scheme`].
//!
//! # Assumptions
//! The seed alone does not give the weights back: it takes the design and this version
//! of the library.
//!
//! # References
//! R survey 4.5 `svrepdesign(type, scale, rscales, combined.weights, mse)`.

use gko_survey::{Domain, ReplicateKind, Replicates};
use serde::{Deserialize, Serialize};

use super::{Method, Naming, ReplicateFileError, Scheme};

/// A description of written replicate weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// How the columns are called.
    pub naming: Naming,
    /// Number of replicates.
    pub replicates: usize,
    /// How they were made, by the engine's name.
    pub kind: String,
    /// The scale of all replicates.
    pub scale: f64,
    /// The scale of each replicate.
    pub rscales: Vec<f64>,
    /// Squares about the full-sample value.
    pub mse: bool,
    /// Whether columns are weights, and not factors of the full-sample weight.
    pub combined: bool,
    /// Degrees of freedom of the whole sample.
    pub df: f64,
    /// The smaller of Fay's factors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rho: Option<f64>,
    /// What deviations of generalised factors from 1 were divided by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tau: Option<f64>,
    /// The seed of weights that were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What drew them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
}

impl Description {
    /// Describes replicates that are written under these names, as weights or as
    /// factors of the full-sample weight.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Replicates};
    /// use gko_weighting::replicate_files::{Description, Naming};
    ///
    /// let design = Design::builder(4).weights(&[1.0; 4]).build()?;
    /// let replicates = Replicates::rao_wu(&design, 50, 7)?;
    /// let described = Description::of(&replicates, Naming::new("W", "BSW"), true)?;
    /// assert_eq!((described.kind.as_str(), described.seed), ("subbootstrap", Some(7)));
    /// let (name, weights) = &described.columns(&replicates).next().ok_or("none")?;
    /// assert_eq!((name.as_str(), weights), ("BSW1", &replicates.analysis_weights(0)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fewer than two replicates; names that programs do not take.
    pub fn of(
        replicates: &Replicates,
        naming: Naming,
        combined: bool,
    ) -> Result<Self, ReplicateFileError> {
        let count = replicates.len();
        if count < 2 {
            return Err(ReplicateFileError::TooFew { got: count });
        }
        naming.columns(count)?;
        let scales = replicates.scales();
        let rows = replicates.full_sample_weights().len();
        let seed = replicates.seed();
        Ok(Self {
            naming,
            replicates: count,
            kind: scales.kind().to_string(),
            scale: scales.scale(),
            rscales: scales.rscales().to_vec(),
            mse: scales.mse(),
            combined,
            df: replicates.df(&Domain::all(rows)),
            rho: (scales.kind() == ReplicateKind::Fay).then(|| rho(scales.scale(), count)),
            tau: scales.tau(),
            seed,
            generator: seed.map(|_| "ChaCha12, one stream a replicate".to_owned()),
        })
    }

    /// The columns to write: name and values, one replicate at a time.
    pub fn columns<'a>(
        &'a self,
        replicates: &'a Replicates,
    ) -> impl Iterator<Item = (String, Vec<f64>)> + 'a {
        let values = |replicate| match self.combined {
            true => replicates.analysis_weights(replicate),
            false => replicates.factors(replicate),
        };
        let count = self.replicates.min(replicates.len());
        (0..count).map(move |replicate| (self.naming.column(replicate), values(replicate)))
    }

    /// What reads the file again.
    ///
    /// # Errors
    /// A kind that is not known.
    pub fn scheme(&self) -> Result<Scheme, ReplicateFileError> {
        let method = self.usual_method(self.kind.parse()?).filter(|method| self.agrees(method));
        let method = method.unwrap_or_else(|| Method::Other {
            scale: self.scale,
            rscales: Some(self.rscales.clone()),
        });
        let (mse, replicates) = (Some(self.mse), Some(self.replicates));
        let naming = self.naming.clone();
        Ok(Scheme { naming, method, mse, combined: self.combined, replicates })
    }
}

impl Description {
    fn usual_method(&self, kind: ReplicateKind) -> Option<Method> {
        match kind {
            ReplicateKind::Jk1 => Some(Method::Jk1),
            ReplicateKind::Jk2 => Some(Method::Jk2),
            ReplicateKind::Jkn => Some(Method::Jkn { rscales: self.rscales.clone() }),
            ReplicateKind::Brr => Some(Method::Brr),
            ReplicateKind::Fay => self.rho.map(|rho| Method::Fay { rho }),
            ReplicateKind::SuccessiveDifference => Some(Method::SuccessiveDifference),
            ReplicateKind::Bootstrap
            | ReplicateKind::Subbootstrap
            | ReplicateKind::MultistageBootstrap => Some(Method::Bootstrap),
            ReplicateKind::GeneralisedBootstrap => {
                self.tau.map(|tau| Method::GeneralisedBootstrap { tau })
            }
            _ => None,
        }
    }

    /// Whether a method has the scales that were written.
    fn agrees(&self, method: &Method) -> bool {
        // rho is rounded, and its scale with it.
        const ROUNDING: f64 = 1e-11;
        method.scales(self.replicates).is_ok_and(|scales| {
            let gap = (scales.scale() / self.scale - 1.0).abs();
            gap <= ROUNDING && scales.rscales() == self.rscales
        })
    }
}

/// rho of the scale `1/(R·(1 - rho)²)`, to 12 digits.
fn rho(scale: f64, replicates: usize) -> f64 {
    const DIGITS: f64 = 1e12;
    let rho = 1.0 - (1.0 / (scale * replicates as f64)).sqrt();
    (rho * DIGITS).round() / DIGITS
}
