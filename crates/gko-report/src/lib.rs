//! Protected tables out: CSV, Parquet, Arrow, terminal, manifest.
