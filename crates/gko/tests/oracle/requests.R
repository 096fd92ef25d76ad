# Numbers of R survey 4.5 for requests that fixtures/oracle/public.json has no case of,
# from the top of the repository:
#   Rscript crates/gko/tests/oracle/requests.R > crates/gko/tests/oracle/requests.json
suppressMessages(library(survey))
f <- function(x) paste0("[", paste(ifelse(is.na(x), "null",
  format(as.vector(x), digits = 17)), collapse = ", "), "]")
gko <- read.csv("fixtures/oracle/data/gko_pub.csv")
gko$stratum <- paste(gko$country, gko$stratum)
gko$psu <- paste(gko$stratum, gko$psu)
gko$agegrp <- factor(gko$agegrp, levels = c("9-11", "12-14", "15-17"))
gko <- svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = gko)
model <- svyglm(harm ~ country + agegrp + sex, gko, family = quasibinomial())
tail <- sapply(c("saddlepoint", "satterthwaite"), function(way)
  regTermTest(model, ~country, method = "LRT", lrt.approximation = way)$p)
# Two plausible values, combined by Rubin's rules with complete data of infinite df.
clus <- read.csv("fixtures/oracle/data/apiclus1.csv")
clus <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = clus)
fits <- list(svyglm(api99 ~ meals + stype, clus), svyglm(api00 ~ meals + stype, clus))
b <- sapply(fits, coef)
within <- Reduce(`+`, lapply(fits, vcov)) / 2
between <- var(t(b))
r <- 1.5 * diag(between) / diag(within)
cells <- svyby(~api00, ~stype + cname, clus, svymean, drop.empty.groups = FALSE)
cat("{\"tail\": {\"p\": ", f(tail), "},\n \"imputed\": {\"estimate\": ", f(rowMeans(b)),
  ", \"se\": ", f(sqrt(diag(within + 1.5 * between))), ", \"df\": ", f((1 + 1 / r)^2),
  "},\n \"empty\": {\"estimate\": ", f(coef(cells)), ", \"se\": ", f(SE(cells)), "}}\n", sep = "")
