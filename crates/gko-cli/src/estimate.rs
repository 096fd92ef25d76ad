//! `gko estimate` and `gko schema`.

use std::io::Read;
use std::path::{Path, PathBuf};

use gko::disclosure::Rules;
use gko::estimate::{Protected, Request, answer, plan};
use gko::microdata::read_text;
use gko::report::{OutputFile, write};
use serde::Serialize;

use crate::args::{EstimateArgs, SchemaArgs, SchemaOf};
use crate::output::{Failure, note, print};
use crate::run::threads;

pub(crate) fn estimate(args: &EstimateArgs) -> Result<(), Failure> {
    threads(args.threads)?;
    let (text, name, folder) = request(args)?;
    let request = Request::parse(&text, &name)?;
    if args.dry_run {
        return deliver(args, &plan(&request, &folder)?);
    }
    let answer = answer(&request, &folder)?;
    if args.unprotected {
        note(
            "not protected: these figures are for those who may see the microdata, not for release",
        );
        return deliver(args, &answer.unprotected());
    }
    deliver(args, &answer.protect(&Rules::default()))
}

pub(crate) fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.of {
        SchemaOf::Estimate => Request::schema(),
        SchemaOf::Answer => Protected::schema(),
        SchemaOf::Plan => gko::weights::plan::Plan::schema().into(),
    };
    print(&json(&schema, true)?)
}

/// The request's text, its name in messages, and the folder of its data.
fn request(args: &EstimateArgs) -> Result<(String, String, PathBuf), Failure> {
    let given = args.data.clone();
    if args.request == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| {
            Failure::Refused(format!(
                "cannot read standard input: {error}; a request is UTF-8 JSON [GKO-X003]"
            ))
        })?;
        return Ok((
            text,
            "standard input".to_owned(),
            given.unwrap_or_else(|| PathBuf::from(".")),
        ));
    }
    let own = args.request.parent().filter(|folder| !folder.as_os_str().is_empty());
    let own = own.unwrap_or(Path::new(".")).to_owned();
    let text = read_text(&args.request)?;
    Ok((text, args.request.display().to_string(), given.unwrap_or(own)))
}

/// Prints a document, or writes it to the file that was asked for.
fn deliver(args: &EstimateArgs, document: &impl Serialize) -> Result<(), Failure> {
    let text = json(document, args.pretty)?;
    let Some(out) = &args.out else { return print(&text) };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = out.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| {
        Failure::Output(format!(
            "`{}` is no name of a file; give one such as answer.json [GKO-X004]",
            out.display()
        ))
    })?;
    let bytes = text.into_bytes();
    let file = if args.unprotected {
        OutputFile::private(&name, bytes)
    } else {
        OutputFile::new(&name, bytes)
    };
    let written = write(folder.unwrap_or(Path::new(".")), &[file]);
    written.map(|_| ()).map_err(|error| Failure::Output(error.to_string()))
}

fn json(document: &impl Serialize, pretty: bool) -> Result<String, Failure> {
    let text = if pretty {
        serde_json::to_string_pretty(document)
    } else {
        serde_json::to_string(document)
    };
    let text =
        text.map_err(|error| Failure::Output(format!("cannot make JSON: {error} [GKO-X005]")));
    text.map(|text| text + "\n")
}
