use crate::demo::*;
use gko_microdata::*;
#[test]
fn probe() {
    let text = crate::demo::CODEBOOK.replace("id = \"F11\"", "id = \"F11\"\ncolumn = \"Q1\"");
    let codebook = gko_codebook::Codebook::parse(&text, "c").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::panic::set_hook(Box::new(|_| ()));
    let mut state = 88172645463325252u64;
    let mut rnd = move || { state ^= state << 13; state ^= state >> 7; state ^= state << 17; state };
    let which = std::env::var("PROBE").unwrap();
    let (src, format) = match which.as_str() { "parquet" => {
        let p = folder.path().join("x.parquet");
        let d = polars::prelude::DataFrame::new_infer_height(vec![polars::prelude::Series::from_vec("id".into(), (0..50i32).collect::<Vec<_>>()).into(), polars::prelude::Series::from_vec("Q1".into(), (0..50i32).map(|x| x%2).collect::<Vec<_>>()).into()]).unwrap();
        write_parquet(&d, &p).unwrap(); (p, Format::Parquet) }
      "ipc" => {
        let p = folder.path().join("x.ipc");
        let d = polars::prelude::DataFrame::new_infer_height(vec![polars::prelude::Series::from_vec("id".into(), (0..50i32).collect::<Vec<_>>()).into(), polars::prelude::Series::from_vec("Q1".into(), (0..50i32).map(|x| x%2).collect::<Vec<_>>()).into()]).unwrap();
        write_ipc(&d, &p).unwrap(); (p, Format::ArrowIpc) }
      n => (fixture(n), Format::Sav) };
    let bytes = std::fs::read(src).unwrap();
    let mut codes = std::collections::BTreeMap::new();
    for i in 0..2500 {
        let mut b = bytes.clone();
        for _ in 0..1 + rnd() % 3 { let at = (rnd() as usize) % b.len(); b[at] = [0u8, 0xff, 0x7f, (rnd() & 0xff) as u8][(rnd() % 4) as usize]; }
        let p = write(&folder, "m", &b);
        std::fs::write("/tmp/last_mutation.bin", &b).unwrap();
        let t = std::time::Instant::now();
        let r = read(&[file(&p, format.clone())], &Layout::unweighted("id"), &codebook);
        if t.elapsed().as_secs() > 1 { println!("slow {i} {:?}", t.elapsed()); }
        *codes.entry(match r { Ok(d) => format!("ok {}", d.rows()), Err(e) => e.code().to_owned() }).or_insert(0) += 1;
    }
    println!("{codes:?}");
}
