//! Files come into place together, or what was there before stays.

use std::fs;
use std::path::Path;

use gko_report::{Error, OutputFile, write};
use tempfile::{TempDir, tempdir};

fn file(name: &str, text: &str) -> OutputFile {
    OutputFile::new(name, text.as_bytes().to_vec())
}

fn two(text: &str) -> [OutputFile; 2] {
    [file("a.csv", text), file("sub/b.csv", text)]
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

/// Every file below a folder, temporary ones too.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn files_are_written_with_their_folders_and_named() {
    let folder = tempdir().unwrap();
    let deep = folder.path().join("x/y");
    let paths = write(&deep, &two("one")).unwrap();
    assert_eq!(paths, [deep.join("a.csv"), deep.join("sub/b.csv")]);
    assert_eq!(files(folder.path()), ["a.csv", "b.csv"]);
    assert_eq!(text(&folder, "x/y/sub/b.csv"), "one");
}

#[test]
fn earlier_files_are_replaced_and_others_left_alone() {
    let folder = tempdir().unwrap();
    write(folder.path(), &two("a longer text of an earlier run")).unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    write(folder.path(), &two("two")).unwrap();
    assert_eq!((text(&folder, "a.csv"), text(&folder, "sub/b.csv")), ("two".into(), "two".into()));
    assert_eq!(files(folder.path()), ["a.csv", "b.csv", "notes.txt"]);
}

#[test]
fn two_files_of_one_name_are_refused_before_anything_is_written() {
    for second in ["a.csv", "A.csv", "./a.csv"] {
        let folder = tempdir().unwrap();
        let error = write(folder.path(), &[file("a.csv", "1"), file(second, "2")]).unwrap_err();
        assert!(matches!(error.code(), "GKO-R003" | "GKO-R004"), "{second}: {error}");
        assert!(files(folder.path()).is_empty());
    }
    let error = write(Path::new("x"), &[file("b//c", "1"), file("b/c", "2")]).unwrap_err();
    assert!(matches!(error, Error::SameName { ref name } if name == "b/c"), "{error}");
}

#[test]
fn a_name_that_leaves_the_folder_is_refused() {
    for name in ["../a.csv", "sub/../../a.csv", "/tmp/a.csv", "", ".", ".."] {
        let folder = tempdir().unwrap();
        let inner = folder.path().join("inner");
        let error = write(&inner, &[file("b.csv", "1"), file(name, "2")]).unwrap_err();
        assert_eq!(error.code(), "GKO-R004", "{name}: {error}");
        assert!(error.to_string().contains("[GKO-R004]"));
        assert!(!inner.exists());
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_is_an_error_with_the_path() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("file"), "kept").unwrap();
    let error = write(&folder.path().join("file"), &two("new")).unwrap_err();
    assert_eq!(error.code(), "GKO-R001");
    let message = error.to_string();
    assert!(message.contains("file/a.csv") && message.contains("--out"), "{message}");
    assert_eq!((files(folder.path()), text(&folder, "file")), (vec!["file".into()], "kept".into()));
}

#[test]
fn a_folder_in_the_place_of_the_last_file_leaves_the_first_as_it_was() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "earlier").unwrap();
    fs::create_dir_all(folder.path().join("sub/b.csv")).unwrap();
    let error = write(folder.path(), &two("new")).unwrap_err();
    assert_eq!(error.code(), "GKO-R001");
    assert!(error.to_string().contains("sub/b.csv"), "{error}");
    assert_eq!(text(&folder, "a.csv"), "earlier");
    assert_eq!(files(folder.path()), ["a.csv"], "no temporary file is left");
}

#[test]
fn a_file_where_a_later_one_needs_a_folder_leaves_the_first_as_it_was() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "earlier").unwrap();
    fs::write(folder.path().join("sub"), "no folder").unwrap();
    let error = write(folder.path(), &two("new")).unwrap_err();
    assert_eq!(error.code(), "GKO-R001");
    assert_eq!(text(&folder, "a.csv"), "earlier");
    assert_eq!(files(folder.path()), ["a.csv", "sub"]);
}

#[test]
fn a_name_that_is_the_folder_of_another_is_refused_without_a_trace() {
    let folder = tempdir().unwrap();
    let error = write(folder.path(), &[file("sub", "1"), file("sub/b.csv", "2")]).unwrap_err();
    assert_eq!(error.code(), "GKO-R001");
    assert!(files(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_file_is_replaced_and_not_followed() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    fs::write(other.path().join("a.csv"), "elsewhere").unwrap();
    std::os::unix::fs::symlink(other.path().join("a.csv"), folder.path().join("a.csv")).unwrap();
    write(folder.path(), &two("new")).unwrap();
    assert_eq!((text(&folder, "a.csv"), text(&other, "a.csv")), ("new".into(), "elsewhere".into()));
}

#[cfg(unix)]
#[test]
fn files_are_as_open_as_any_that_the_user_makes() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    write(folder.path(), &two("new")).unwrap();
    fs::write(folder.path().join("plain"), "").unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("a.csv"), mode("plain"));
}

#[cfg(unix)]
#[test]
fn a_private_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = OutputFile::private("for_checking/bases.csv", b"country\n".to_vec());
    let paths = write(folder.path(), &[file]).unwrap();
    let mode = std::fs::metadata(&paths[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
