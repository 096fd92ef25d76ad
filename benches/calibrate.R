# Times R survey on the file that benches/calibrate.rs wrote.
# (R_LIBS must have MASS as well.) Rscript calibrate.R FILE: a line for each case, seconds and the first five weights.
suppressPackageStartupMessages(library(survey))
a <- readBin(commandArgs(TRUE)[1], "double", file.size(commandArgs(TRUE)[1]) / 8)
n <- a[1]; p <- a[2]
data <- as.data.frame(matrix(a[2 + n + seq_len(n * p)], n))
names(data) <- c("one", paste0("x", seq_len(p - 1)))
design <- svydesign(ids = ~1, weights = a[2 + seq_len(n)], data = data)
formula <- reformulate(names(data)[-1])
totals <- setNames(a[2 + n + n * p + seq_len(p)], c("(Intercept)", names(data)[-1]))
run <- function(...) {
  seconds <- system.time(done <- calibrate(design, formula, totals, epsilon = 1e-10, ...))
  cat(sprintf("%.17g", c(seconds[["elapsed"]], weights(done)[1:5])), sep = " ")
  cat("\n")
}
run(calfun = "linear")
run(calfun = "raking")
run(calfun = "logit", bounds = c(0.5, 2))
