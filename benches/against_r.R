# Times R survey on the file that benches/against_r.rs wrote.
# Rscript against_r.R FILE: prints one line of seconds, then one line of mean and
# standard error for each domain and item.
suppressPackageStartupMessages(library(survey))
data <- read.csv(commandArgs(TRUE)[1])
items <- grep("^y", names(data), value = TRUE)
formula <- reformulate(items)
seconds <- system.time({
  data$h <- interaction(data$country, data$stratum)
  design <- svydesign(ids = ~psu, strata = ~h, weights = ~weight, data = data, nest = TRUE)
  result <- svyby(formula, ~country + sex, design, svymean)
})[["elapsed"]]
cat(sprintf("%.3f\n", seconds))
result <- result[order(result$country, result$sex), ]
means <- as.matrix(result[, items])
errors <- as.matrix(SE(result))
for (row in seq_len(nrow(means)))
  cat(sprintf("%.17g %.17g", means[row, ], errors[row, ]), sep = "\n")
