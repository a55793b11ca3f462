use landlock_runtime::sandbox;

#[sandbox(isolate = pool)]
fn work(names: &[String]) -> Box<dyn Send + Iterator<Item = bool> + '_> {
    Box::new(names.iter().map(|name| std::fs::File::open(name).is_ok()))
}

fn main() {}
