use landlock_runtime::sandbox;

fn main() {}

#[sandbox(isolate = pool)]
pub fn pooled(unused_of_pool: u8, mut mutable_of_pool: u8) { drop(mutable_of_pool) }

#[sandbox(isolate = process)]
pub fn process(unused_of_process: u8, mut mutable_of_process: u8) { drop(mutable_of_process) }

#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Method;

impl Method {
    #[sandbox(isolate = process)]
    pub fn process(&self, unused_of_method: u8, mut mutable_of_method: u8) { drop(mutable_of_method) }
}
