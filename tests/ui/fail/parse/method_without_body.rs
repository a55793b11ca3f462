use landlock_runtime::sandbox;

trait Parse {
    #[sandbox]
    fn parse(&self);
}

fn main() {}
