use landlock_runtime::sandbox;

struct Job(u8);

#[sandbox(isolate = process)]
fn work(job: Job) -> u8 {
    job.0
}

fn main() {}
