# Figures of fixtures/global by R survey, from the data files alone.
#
#   Rscript crates/gko/tests/oracle/global.R            (from the root)
#   Rscript crates/gko/tests/oracle/global.R FOLDER     (data files elsewhere)
#
# Writes global.json beside this script. Needs the R packages survey,
# nanoparquet (parents) and haven (the SPSS file).
#
# Nothing here is made from the codebook or the catalogue in TOML: the recodes
# are written by hand from what the questions mean. 888 is "prefer not to say",
# 999 "don't know", and both count as no in a share and leave a mean; a blank
# answer to a question that was put leaves both. Follow-ups are asked of those
# with the answer before them.

suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail", stringsAsFactors = FALSE)

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
here <- dirname(normalizePath(script))
given <- commandArgs(trailingOnly = TRUE)
data_folder <- if (length(given)) given[1] else file.path(here, "../../../../fixtures/global/data")
of_data <- function(name) file.path(data_folder, name)

# --- files -------------------------------------------------------------------

pooled <- read.csv(of_data("children.csv"), fileEncoding = "UTF-8")
semicolons <- read.csv(of_data("children-XAO.csv"), sep = ";", dec = ",",
                       fileEncoding = "windows-1252")
spss <- as.data.frame(haven::zap_labels(haven::read_sav(of_data("children-XAQ.sav"), user_na = TRUE)))
parents <- as.data.frame(nanoparquet::read_parquet(of_data("parents.parquet")))

children_of <- list(
  XAA = pooled[pooled$country == "XAA", ],
  XAH = pooled[pooled$country == "XAH", ],   # did not ask about unwanted sexual experiences
  XAO = semicolons,                          # has no column on harmful sites
  XAQ = spss
)

# --- recodes -----------------------------------------------------------------

refused <- c(888, 999)

# 1 for the wanted codes, 0 for every other answer, NA where there is none.
among <- function(x, wanted) ifelse(is.na(x), NA, as.numeric(x %in% wanted))
yes <- function(x) among(x, 1)

# Yes to any: one yes suffices; a refusal counts as no; else a blank leaves it open.
any_yes <- function(d, names) {
  x <- as.matrix(d[names])
  some <- function(test) rowSums(test) > 0
  ifelse(some(!is.na(x) & x == 1), 1,
    ifelse(some(!is.na(x) & (x == 888 | x == 999)), 0, ifelse(some(is.na(x)), NA, 0)))
}

# A multi-response set: no tick at all and no refusal is no answer.
ticked <- function(d, wanted, options, refusals = character()) {
  mark <- function(names) {
    x <- as.matrix(d[names])
    !is.na(x) & x == 1
  }
  own <- as.matrix(d[options])
  said_no <- rowSums(!is.na(own) & (own == 888 | own == 999)) > 0
  if (length(refusals)) said_no <- said_no | rowSums(mark(refusals)) > 0
  ifelse(rowSums(mark(wanted)) > 0, 1,
    ifelse(rowSums(mark(options)) > 0 | said_no, 0, NA))
}

# Both: a plain no to the first settles it; so does a refusal, which counts as no.
then <- function(first, second) ifelse(is.na(first), NA, ifelse(first == 1, second, 0))

hours <- function(x) c(0, 0.5, 1, 2, 3, 4, 5, 6, 7)[ifelse(x %in% 1:9, x, NA)]
steps <- function(x, valid) ifelse(x %in% valid, x, NA)

everybody <- function(d) rep(TRUE, nrow(d))
put_to <- function(condition) !is.na(condition) & condition

upset <- function(d) put_to(d$F11 == 1)
online_treatment <- function(d) put_to(d$F18 == 1 & d$F20_device == 1)
in_school <- function(d) put_to(d$A4_1 == 1)
kept_offline <- function(d) put_to(d$B3 %in% 1:3)
parent_online <- function(d) put_to(d$L1 %in% 2:4)

told <- function(d, whom) {
  ticked(d, paste0("F14_", whom), paste0("F14_", 1:8), c("F14_888", "F14_999"))
}
barrier <- function(d, which) {
  ticked(d, paste0("B4_", which), paste0("B4_", 1:13), c("B4_888", "B4_999"))
}

g2 <- paste0("G2", letters[1:9])
f41 <- paste0("F41_", c("selfharm", "suicide", "gambling", "drugs", "violence"))
f43 <- paste0("F43_", c("personal_info", "virus", "lost_money", "password", "hostile_page",
                        "overspent", "in_app", "tracked"))

# --- indicators --------------------------------------------------------------

# needs: the questions without which there is no figure.
share <- function(value, base = everybody, needs = NULL, sensitive = FALSE, crossed = FALSE) {
  list(mean = FALSE, value = value, base = base, needs = needs, sensitive = sensitive,
       crossed = crossed)
}
average <- function(...) {
  figure <- share(...)
  figure$mean <- TRUE
  figure
}

of_children <- list(
  b3_access_when_wanted = share(function(d) among(d$B3, 3:4), crossed = TRUE),
  b4_cost_of_data = share(function(d) barrier(d, 2), kept_offline),
  b6_home_weekly = share(function(d) among(d$B6_home, 4:7), crossed = TRUE),
  b1_age_at_first_use = average(function(d) steps(d$B1, 1:17)),
  b11_hours_weekday = average(function(d) hours(d$B11)),
  c4_learn_weekly = share(function(d) among(d$C4_learn, 3:6), crossed = TRUE),
  c4_create_weekly = share(function(d) among(d$C4_create, 3:6)),
  e1_privacy = share(function(d) among(d$E1_privacy, 3:4), crossed = TRUE),
  e1_check_true_mean = average(function(d) steps(d$E1_check_true, 1:4)),
  f3_met_offline = share(function(d) yes(d$F3), sensitive = TRUE),
  f18_treated_hurtfully = share(function(d) yes(d$F18), sensitive = TRUE, crossed = TRUE),
  f18_f20_treated_hurtfully_online =
    share(function(d) then(yes(d$F18), yes(d$F20_device)), sensitive = TRUE),
  f20_device = share(function(d) yes(d$F20_device), function(d) put_to(d$F18 == 1),
                     sensitive = TRUE),
  f28_seen_sexual_images = share(function(d) yes(d$F28), sensitive = TRUE, crossed = TRUE),
  f38_sent_sexual_messages = share(function(d) yes(d$F38), sensitive = TRUE),
  `f38_sent_sexual_messages:prefer-not-to-say` =
    share(function(d) among(d$F38, 888), sensitive = TRUE),
  f39_sent_weekly = share(function(d) among(d$F39, 3:4), function(d) put_to(d$F38 == 1),
                          sensitive = TRUE),
  f41_any = share(function(d) any_yes(d, f41), needs = f41, sensitive = TRUE),
  f43_any = share(function(d) any_yes(d, f43), needs = f43),
  g2_any = share(function(d) any_yes(d, g2), needs = g2, sensitive = TRUE, crossed = TRUE),
  f11_upset = share(function(d) yes(d$F11), sensitive = TRUE, crossed = TRUE),
  f13_fairly_or_very_upset = share(function(d) among(d$F13, 2:3), upset, sensitive = TRUE),
  f11_f13_upset_of_all =
    share(function(d) then(yes(d$F11), among(d$F13, 2:3)), sensitive = TRUE),
  f23_upset_by_treatment_mean =
    average(function(d) steps(d$F23, 1:4), online_treatment, sensitive = TRUE),
  f14_told_parent = share(function(d) told(d, 1), upset, sensitive = TRUE),
  f14_told_nobody = share(function(d) told(d, 8), upset, sensitive = TRUE),
  f14_told_peer = share(function(d) told(d, 2:3), upset, sensitive = TRUE),
  f16_blocked = share(function(d) ticked(d, "F16_2", paste0("F16_", 1:9)), upset,
                      sensitive = TRUE),
  i1_easy_to_talk = share(function(d) among(d$I1, 1:2)),
  i6_webcam_restricted = share(function(d) among(d$I6_webcam, 2:3)),
  j5_teacher_safety = share(function(d) among(d$J5_safety, 4:5), in_school),
  h1_life_ladder = average(function(d) steps(d$H1, 0:10), crossed = TRUE),
  h1_ladder_high = share(function(d) among(d$H1, 7:10))
)

of_parents <- list(
  l1_parent_online = share(function(d) among(d$L1, 2:4)),
  l3_parent_access = share(function(d) among(d$L3, 3:4), parent_online),
  l9_parent_privacy = share(function(d) among(d$L9_privacy, 3:4), parent_online),
  l11_suggests_safety = share(function(d) among(d$L11_suggest_safety, 4:5)),
  l13_webcam_restricted = share(function(d) among(d$L13_webcam, 2:3)),
  l16_child_upset = share(function(d) yes(d$L16), sensitive = TRUE),
  l18_child_fairly_upset = share(function(d) among(d$L18, 2:3), function(d) put_to(d$L16 == 1),
                                 sensitive = TRUE)
)

group <- function(x, from, to) {
  found <- rep(NA_character_, length(x))
  for (i in seq_along(from)) found[put_to(x >= from[i] & x <= to[i])] <- paste0(from[i], "-", to[i])
  found
}

child_groups <- function(d) list(
  sex = c("boy", "girl")[d$A1],
  age_group = group(d$A2, c(9, 12, 15), c(11, 14, 17)),
  area = c("urban", "rural")[d$area]
)
parent_groups <- function(d) list(
  parent_sex = c("man", "woman")[d$Dem1],
  parent_age_group = group(d$Dem2, c(18, 36, 41, 46), c(35, 40, 45, 90))
)

# --- estimates ---------------------------------------------------------------

# Korn-Graubard on the NCHS effective n: Vital and Health Statistics 2(175).
nchs <- function(p, variance, n, df) {
  if (p == 0 || p == 1) size <- n
  else if (df <= 0) size <- 0
  else size <- min(n, p * (1 - p) / variance * (qt(0.025, n - 1) / qt(0.025, df))^2)
  low <- if (p == 0) 0 else qbeta(0.025, size * p, size * (1 - p) + 1)
  high <- if (p == 1) 1 else qbeta(0.975, size * p + 1, size * (1 - p))
  if (df <= 0) low <- high <- NA
  c(n = size, low = low, high = high)
}

# What becomes of a figure by itself; hiding a second cell is another matter.
decision <- function(f, sensitive) {
  if (f$n == 0) return(if (sensitive) "n-below-minimum" else "empty-base")
  if (f$n < 25) return("n-below-minimum")
  if (sensitive && !f$mean && min(f$hits, f$n - f$hits) < 10) return("count-below-minimum")
  if (f$df == 0) return("no-df")
  review <- if (f$df < 8) "df-below-8" else character()
  if (f$mean) return(if (f$n_eff < 30) "n-eff-below-30" else paste(review, collapse = " "))
  if (f$kg_n < 30) return("n-eff-below-30")
  width <- f$high - f$low
  if (f$hits == 0 || f$hits == f$n) review <- c("share-0-or-1", review)
  else if (width > 0.05) {
    if (width >= 0.30) return("ci-width-0.30")
    if (width / f$value > 1.30) return("relative-ci-width-1.30")
    if (width / (1 - f$value) > 1.30) review <- c("complement-relative-ci-width-1.30", review)
  }
  paste(review, collapse = " ")
}

empty <- function(is_mean) {
  list(mean = is_mean, n = 0, hits = 0, df = 0, value = NA, se = NA, low = NA, high = NA,
       deff = NA, kg_n = NA, n_eff = NA, n_weighted = 0)
}

# One figure: the mean of y over the rows of a domain of the whole design.
figure <- function(design, rows, is_mean) {
  part <- subset(design, rows)
  weights <- weights(part, "sampling")
  y <- part$variables$y[weights > 0]
  if (!length(y)) return(empty(is_mean))
  estimate <- svymean(~y, part, deff = "replace")
  f <- list(mean = is_mean, n = length(y), hits = if (is_mean) 0 else sum(y == 1),
            df = degf(part), value = coef(estimate)[[1]], se = SE(estimate)[[1]],
            deff = if (length(y) < 2) NA else deff(estimate)[[1]], kg_n = NA,
            n_weighted = sum(weights))
  if (!is.finite(f$deff)) f$deff <- NA
  flat <- length(unique(y)) == 1
  if (is_mean) {
    f$n_eff <- if (flat) f$n else min(f$n, f$n / f$deff)
    t <- if (f$df > 0) qt(0.975, f$df) else NA
    f$low <- f$value - t * f$se
    f$high <- f$value + t * f$se
  } else {
    p <- if (flat) y[1] else f$value
    ends <- nchs(p, f$se^2, f$n, f$df)
    f$kg_n <- ends[["n"]]
    f$low <- ends[["low"]]
    f$high <- ends[["high"]]
    f$n_eff <- if (flat) f$n else min(f$n, p * (1 - p) / f$se^2)
  }
  f
}

# svyby must say the same as a subset of the design, cell by cell.
check_by <- function(design, base, cell, name, f) {
  if (f$n < 2 || !is.finite(f$se)) return(invisible())
  by <- svyby(~y, reformulate(name), subset(design, base), svymean)
  row <- which(by[[name]] == cell)
  stopifnot(isTRUE(all.equal(by$y[row], f$value, tolerance = 1e-12)),
            isTRUE(all.equal(SE(by)[row], f$se, tolerance = 1e-10)))
}

cells_of <- function(groups, crossed) {
  names <- if (crossed) names(groups) else setdiff(names(groups), "area")
  cells <- list(list())
  for (name in names) for (value in sort(unique(na.omit(groups[[name]])))) {
    cells <- c(cells, list(setNames(list(value), name)))
  }
  if (crossed) for (sex in c("boy", "girl")) for (age in c("9-11", "12-14", "15-17")) {
    cells <- c(cells, list(list(sex = sex, age_group = age)))
  }
  cells
}

figures_of <- function(country, unit, d, indicators, groups) {
  out <- list()
  for (id in names(indicators)) {
    it <- indicators[[id]]
    put <- function(f, cell, verdict) {
      out[[length(out) + 1]] <<- list(country = country, unit = unit, indicator = id,
                                      cell = cell, f = f, verdict = verdict)
    }
    asked <- all(vapply(it$needs, function(q) q %in% names(d) && any(!is.na(d[[q]])), TRUE))
    if (!asked) {
      for (cell in cells_of(groups, it$crossed)) put(empty(it$mean), cell, "not-asked")
      next
    }
    base <- it$base(d)
    d$y <- it$value(d)
    d[names(groups)] <- groups
    base <- base & !is.na(d$y)
    design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = d)
    for (cell in cells_of(groups, it$crossed)) {
      rows <- base
      for (name in names(cell)) rows <- rows & put_to(groups[[name]] == cell[[name]])
      f <- figure(design, rows, it$mean)
      if (length(cell) == 1) check_by(design, base, cell[[1]], names(cell), f)
      put(f, cell, decision(f, it$sensitive))
    }
  }
  out
}

# --- output ------------------------------------------------------------------

number <- function(x) if (is.na(x)) "null" else sprintf("%.17g", x)
text <- function(x) paste0('"', x, '"')
cell_text <- function(cell) {
  pairs <- if (length(cell)) sprintf('"%s": "%s"', names(cell), unlist(cell))
  paste0("{", paste(pairs, collapse = ", "), "}")
}
columns <- c("n", "hits", "df", "n_weighted", "value", "se", "low", "high", "deff", "kg_n", "n_eff")
line <- function(row) {
  head <- c(text(row$country), text(row$unit), text(row$indicator), cell_text(row$cell),
            text(row$verdict))
  paste0("[", paste(c(head, vapply(row$f[columns], number, "")), collapse = ", "), "]")
}
hash <- function(name) {
  sub(" .*", "", system2("sha256sum", shQuote(of_data(name)), stdout = TRUE))
}

rows <- list()
for (country in names(children_of)) {
  d <- children_of[[country]]
  rows <- c(rows, figures_of(country, "child", d, of_children, child_groups(d)))
}
for (country in names(children_of)) {
  d <- parents[parents$country == country, ]
  rows <- c(rows, figures_of(country, "parent", d, of_parents, parent_groups(d)))
}

# Not the SPSS file: its writer puts the clock into it.
files <- c("children.csv", "children-XAO.csv", "parents.parquet")
versions <- c(R = paste(R.version$major, R.version$minor, sep = "."),
              vapply(c("survey", "haven", "nanoparquet"),
                     function(p) as.character(packageVersion(p)), ""))
pairs <- function(x) paste(sprintf('    "%s": "%s"', names(x), x), collapse = ",\n")
writeLines(c(
  "{",
  '  "made_by": "Rscript crates/gko/tests/oracle/global.R",',
  '  "versions": {', pairs(versions), "  },",
  '  "sha256": {', pairs(vapply(files, hash, "")), "  },",
  sprintf('  "columns": [%s],',
          paste(text(c("country", "unit", "indicator", "cell", "decision", columns)), collapse = ", ")),
  '  "figures": [',
  paste0("    ", paste(vapply(rows, line, ""), collapse = ",\n    ")),
  "  ]",
  "}"
), file.path(here, "global.json"))
cat(length(rows), "figures, R survey", versions[["survey"]], "\n")
