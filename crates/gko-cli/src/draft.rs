//! `gko draft`.

use gko::codebook::Codebook;
use gko::microdata::sav_dictionary;

use crate::args::DraftArgs;
use crate::output::{Failure, note, print};

pub(crate) fn draft(args: &DraftArgs) -> Result<(), Failure> {
    let draft = sav_dictionary(&args.file)?.draft_codebook(&args.study, &args.wave);
    print(&draft)?;
    // Labels of a file can contradict one another; better said here than later.
    if let Err(error) = Codebook::parse(&draft, "draft") {
        note(&format!("to be mended before it is a codebook: {error}"));
    }
    Ok(())
}
