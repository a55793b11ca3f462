use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work(names: Vec<String>) -> Result<impl DoubleEndedIterator<Item = bool> + use<>, std::io::Error> {
    Ok(names.into_iter().map(|name| std::fs::File::open(name).is_ok()))
}

fn main() {}
