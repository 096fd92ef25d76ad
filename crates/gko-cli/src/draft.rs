//! `gko draft`.

use gko::microdata::sav_dictionary;

use crate::args::DraftArgs;
use crate::output::{Failure, print};

pub(crate) fn draft(args: &DraftArgs) -> Result<(), Failure> {
    let dictionary = sav_dictionary(&args.file)?;
    print(&dictionary.draft_codebook(&args.study, &args.wave))
}
