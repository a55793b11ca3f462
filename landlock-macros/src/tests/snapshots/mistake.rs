// #[sandbox(raed = path, net_connect = 65979)] fn parse(path: &Path) -> usize { 1 }

#[allow(unused_variables)]
fn parse(path: &Path) -> usize {
    1
}
::core::compile_error! {
    "unknown key `raed`: did you mean `read = path`?"
}
::core::compile_error! {
    "port 65979 is outside 0..=65535, and would wrap to 443: write the port that is meant"
}
