//! Every example runs, and ends well only if everything in it came as this kernel promises.

use std::process::Command;

#[test]
fn every_example_comes_as_it_says() {
    let manifest = include_str!("../examples/Cargo.toml");
    let names: Vec<_> = manifest.split("[[example]]").skip(1).filter_map(|target| target.split('"').nth(1)).collect();
    assert!(names.contains(&"quickstart"), "{names:?}");
    for name in names {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--package", "landlock-examples", "--example", name]);
        let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{name}: {}\n{stdout}\n{stderr}", output.status);
        if landlock_tests::abi() > 0 {
            assert!(stdout.contains("allowed") && stdout.contains("denied"), "{name} shows no pair:\n{stdout}");
        }
    }
}
