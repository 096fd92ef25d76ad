//! The lines with which R, Stata and SAS read the written weights.
//!
//! # Rule
//! R's `svrepdesign` takes every kind; what it has no name for is `type = "other"` with
//! its scales. Stata and SAS have BRR, Fay and (Stata) successive differences by name;
//! all others are handed to their jackknife, whose variance `sum of m_r·(T_r - c)²`
//! takes the multipliers `m_r = scale·rscale_r` of any kind. Factors are multiplied with
//! the full-sample weight first, as both want weights.
//!
//! # Assumptions
//! The data are called `weighted` and have the columns side by side, in order. SAS
//! takes squares about the full-sample value; where the kind's are about the mean of
//! the replicates a comment says so.
//!
//! # References
//! R survey 4.5 `svrepdesign`; Stata 18 `svyset`, `jkrweight(, multiplier())`; SAS/STAT
//! 15.3 `REPWEIGHTS`, `JKCOEFS=`, `VARMETHOD=BRR(FAY=)`.

use gko_survey::ReplicateKind;

use super::{Description, ReplicateFileError};

impl Description {
    /// The call of R's survey package.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Replicates, Stage};
    /// use gko_weighting::replicate_files::{Description, Naming};
    ///
    /// let stage = Stage::elements().strata(&[1, 1, 2, 2]);
    /// let design = Design::builder(4).stage(stage).weights(&[1.0; 4]).build()?;
    /// let naming = Naming::new("W_FSTUWT", "W_FSTURWT");
    /// let described = Description::of(&Replicates::fay(&design, 0.5)?, naming, true)?;
    /// let expected = "library(survey)\n\
    ///     design <- svrepdesign(\n\
    ///     \x20 data = weighted, weights = ~W_FSTUWT,\n\
    ///     \x20 repweights = weighted[, sprintf(\"W_FSTURWT%d\", 1:4)],\n\
    ///     \x20 type = \"Fay\", rho = 0.5, combined.weights = TRUE, mse = FALSE)\n";
    /// assert_eq!(described.r()?, expected);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A kind that is not known; names that programs do not take.
    pub fn r(&self) -> Result<String, ReplicateFileError> {
        let settings = match self.checked_kind()? {
            ReplicateKind::Fay => format!("type = \"Fay\", rho = {}", self.rho.unwrap_or(0.0)),
            kind @ (ReplicateKind::Brr
            | ReplicateKind::Jk2
            | ReplicateKind::SuccessiveDifference) => format!("type = \"{kind}\""),
            kind => format!(
                "type = \"{}\", scale = {},\n  rscales = {}",
                r_type(kind),
                self.scale,
                self.r_rscales()
            ),
        };
        let naming = &self.naming;
        let format = if naming.digits > 1 { format!("%0{}d", naming.digits) } else { "%d".into() };
        let [combined, mse] =
            [self.combined, self.mse].map(|yes| if yes { "TRUE" } else { "FALSE" });
        Ok(format!(
            "library(survey)\n\
             design <- svrepdesign(\n\
             \x20 data = weighted, weights = ~{full},\n\
             \x20 repweights = weighted[, sprintf(\"{prefix}{format}\", {start}:{end})],\n\
             \x20 {settings}, combined.weights = {combined}, mse = {mse})\n",
            full = naming.full,
            prefix = naming.prefix,
            start = naming.start,
            end = naming.start.saturating_add(self.replicates - 1),
        ))
    }

    /// The `svyset` of Stata.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Jackknife, Replicates};
    /// use gko_weighting::replicate_files::{Description, Naming};
    ///
    /// let design = Design::builder(4).weights(&[1.0; 4]).build()?;
    /// let replicates = Replicates::jk1(&design, Jackknife::default())?;
    /// let described = Description::of(&replicates, Naming::new("w", "w"), true)?;
    /// assert_eq!(
    ///     described.stata()?,
    ///     "svyset [pweight = w], jkrweight(w1-w4, multiplier(0.75)) vce(jackknife) dof(3)\n"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Description::r`].
    pub fn stata(&self) -> Result<String, ReplicateFileError> {
        let kind = self.checked_kind()?;
        let columns = self.range();
        let weights = match kind {
            ReplicateKind::Brr => format!("brrweight({columns}) vce(brr)"),
            ReplicateKind::Fay => {
                format!("brrweight({columns}) fay({}) vce(brr)", self.rho.unwrap_or(0.0))
            }
            ReplicateKind::SuccessiveDifference => format!("sdrweight({columns}) vce(sdr)"),
            _ => {
                let multipliers = spaced(&self.multipliers());
                format!("jkrweight({columns}, multiplier({multipliers})) vce(jackknife)")
            }
        };
        let mse = if self.mse { " mse" } else { "" };
        let full = &self.naming.full;
        let before = if self.combined {
            String::new()
        } else {
            format!("foreach one of varlist {columns} {{\n    replace `one' = `one' * {full}\n}}\n")
        };
        Ok(format!("{before}svyset [pweight = {full}], {weights}{mse}{}\n", self.dof(" dof(", ")")))
    }

    /// A procedure of SAS with `REPWEIGHTS`; other survey procedures take the same.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Replicates};
    /// use gko_weighting::replicate_files::{Description, Naming};
    ///
    /// let design = Design::builder(3).weights(&[1.0; 3]).build()?;
    /// let replicates = Replicates::successive_differences(&design, 4)?;
    /// let naming = Naming { digits: 2, ..Naming::new("W", "WREP") };
    /// let described = Description::of(&replicates, naming, true)?;
    /// let expected = "PROC SURVEYMEANS DATA=weighted VARMETHOD=JACKKNIFE;\n\
    ///     \x20 WEIGHT W;\n\
    ///     \x20 REPWEIGHTS WREP01-WREP04 / JKCOEFS=1 DF=2;\n\
    ///     RUN;\n";
    /// assert_eq!(described.sas()?, expected);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Description::r`].
    pub fn sas(&self) -> Result<String, ReplicateFileError> {
        let (method, coefficients) = match self.checked_kind()? {
            ReplicateKind::Brr => ("BRR".to_owned(), String::new()),
            ReplicateKind::Fay => (format!("BRR(FAY={})", self.rho.unwrap_or(0.0)), String::new()),
            _ => ("JACKKNIFE".to_owned(), format!(" JKCOEFS={}", self.sas_multipliers())),
        };
        let options = format!("{coefficients}{}", self.dof(" DF=", ""));
        let slash = if options.is_empty() { "" } else { " /" };
        let about = if self.mse {
            ""
        } else {
            "/* Meant about the mean of the replicates; SAS: about the full sample. */\n"
        };
        Ok(format!(
            "{about}{before}PROC SURVEYMEANS DATA=weighted VARMETHOD={method};\n\
             \x20 WEIGHT {full};\n\
             \x20 REPWEIGHTS {columns}{slash}{options};\n\
             RUN;\n",
            before = self.sas_product(),
            full = self.naming.full,
            columns = self.range(),
        ))
    }

    /// The kind, once names and number are such that code can be written of them.
    fn checked_kind(&self) -> Result<ReplicateKind, ReplicateFileError> {
        if self.replicates < 2 {
            return Err(ReplicateFileError::TooFew { got: self.replicates });
        }
        self.naming.columns(self.replicates)?;
        Ok(self.kind.parse()?)
    }

    /// The first and the last column, as Stata and SAS name all between.
    fn range(&self) -> String {
        let last = self.replicates.saturating_sub(1);
        format!("{}-{}", self.naming.column(0), self.naming.column(last))
    }

    /// Scale times rscale; one number where all are the same.
    fn multipliers(&self) -> Vec<f64> {
        let all: Vec<f64> = self.rscales.iter().map(|rscale| self.scale * rscale).collect();
        match all.first() {
            Some(first) if all.iter().all(|one| one == first) => vec![*first],
            _ => all,
        }
    }

    fn r_rscales(&self) -> String {
        match self.rscales.first() {
            Some(first) if self.rscales.iter().all(|one| one == first) => {
                format!("rep({first}, {})", self.replicates)
            }
            _ => {
                let all: Vec<String> = self.rscales.iter().map(f64::to_string).collect();
                format!("c({})", all.join(", "))
            }
        }
    }

    fn sas_multipliers(&self) -> String {
        match self.multipliers().as_slice() {
            [one] => one.to_string(),
            all => format!("({})", spaced(all)),
        }
    }

    fn sas_product(&self) -> String {
        if self.combined {
            return String::new();
        }
        format!(
            "DATA weighted;\n  SET weighted;\n  ARRAY replicate {{*}} {columns};\n  \
             DO at = 1 TO DIM(replicate);\n    replicate{{at}} = replicate{{at}} * {full};\n  \
             END;\n  DROP at;\nRUN;\n",
            columns = self.range(),
            full = self.naming.full,
        )
    }

    /// Degrees of freedom in a program's words; left out where there are none.
    fn dof(&self, before: &str, after: &str) -> String {
        if self.df > 0.0 { format!("{before}{}{after}", self.df) } else { String::new() }
    }
}

fn r_type(kind: ReplicateKind) -> &'static str {
    match kind {
        ReplicateKind::Jk1 => "JK1",
        ReplicateKind::Jkn => "JKn",
        ReplicateKind::Bootstrap
        | ReplicateKind::Subbootstrap
        | ReplicateKind::MultistageBootstrap => "bootstrap",
        _ => "other",
    }
}

fn spaced(values: &[f64]) -> String {
    let all: Vec<String> = values.iter().map(f64::to_string).collect();
    all.join(" ")
}
