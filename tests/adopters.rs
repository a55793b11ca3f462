//! The policies of programs that use Landlock already, in our words: each can be said, and denies what theirs denies.

use landlock_runtime::{Policy, policy};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

/// A directory of its own for each policy, removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let path = env::temp_dir().join(format!("landlock-adopters-{name}-{}", process::id()));
        fs::create_dir_all(&path).expect("a directory can be made");
        Place(path)
    }

    /// A directory in it.
    fn directory(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(&path).expect("a directory can be made");
        path
    }

    /// A file in it.
    fn file(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, name).expect("a file can be written");
        path
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Reads a file, writes beside it, lists its directory: which of these work.
fn attempts(file: &Path) -> [bool; 3] {
    let directory = file.parent().expect("a file has a directory");
    let beside = directory.join("beside");
    let write = || fs::write(&beside, "x").and_then(|()| fs::remove_file(&beside));
    [fs::read(file).is_ok(), write().is_ok(), fs::read_dir(directory).is_ok()]
}

#[track_caller]
fn enforced(policy: &Policy, file: &Path, expected: [bool; 3]) {
    assert_eq!(attempts(file), [true; 3], "without a sandbox");
    assert_eq!(policy.run(|| attempts(file)).expect("it can be enforced"), expected, "{policy}");
    policy.run(|| fs::read_dir("/proc").map(drop).expect_err("not granted")).expect("it can be enforced");
}

#[test]
fn tracker_extract_reads_what_is_indexed() {
    let place = Place::new("tracker");
    let (indexed, library_path) = (vec![place.directory("music")], [PathBuf::from("/missing/lib")]);
    let cache = place.file("cache.db");
    let policy = policy!(
        read = [..indexed, optional("/usr/share"), optional("/etc/fonts"), optional("/etc/passwd")],
        exec = [
            optional("/usr/lib"),
            optional("/lib"),
            optional("/usr/lib64"),
            ..library_path.iter().map(landlock_runtime::optional)
        ],
        read_file = optional(cache),
    );
    let song = place.file("music/song");
    enforced(&policy, &song, [true, false, true]);
    enforced(&policy, &cache, [true, false, false]);
}

#[test]
fn nomad_gives_a_task_its_directories_by_letters() {
    let place = Place::new("nomad");
    let (read, write, create) = (place.directory("r"), place.directory("w"), place.directory("c"));
    let policy = policy!(
        read = read,
        write_file = [write, create],
        truncate = [write, create],
        make_reg = create,
        make_dir = create,
        remove_file = create,
        remove_dir = create,
        refer = create,
    );
    enforced(&policy, &place.file("r/file"), [true, false, true]);
    enforced(&policy, &place.file("w/file"), [false, false, false]);
    enforced(&policy, &place.file("c/file"), [false, true, false]);
    let overwrite = || fs::write(place.0.join("w/file"), "new");
    assert!(policy.run(overwrite).expect("it can be enforced").is_ok(), "w is write and truncate");
}

#[test]
fn unblob_extracts_into_one_directory_in_a_thread_of_its_own() {
    let place = Place::new("unblob");
    let root = place.0.join("extracted");
    let policy = policy!(exec = "/", read_write = ensure_dir(root));
    let extracted = policy.run(|| {
        fs::write(root.join("file"), "bytes")?;
        fs::read_dir("/usr").map(drop)?;
        fs::write(place.0.join("elsewhere"), "").map_or(Ok(()), |()| Err(io::Error::other("it went out")))
    });
    assert!(extracted.expect("it can be enforced").is_ok());
    fs::write(place.0.join("elsewhere"), "").expect("the caller is free");
}

#[test]
fn dosemu_keeps_open_directories_and_leaves_devices_unhandled() {
    let place = Place::new("dosemu");
    let drive = place.directory("drive_c");
    let open = File::open(&drive).expect("it is there");
    let policy = policy!(
        read = [optional("/usr"), optional("/etc")],
        read_write = fd(open),
        unrestricted = [execute, make_char, make_block],
    );
    enforced(&policy, &place.file("drive_c/autoexec.bat"), [true, true, true]);
    enforced(&policy, &place.file("outside"), [false, false, false]);
}

#[test]
fn wireproxy_narrows_in_three_steps() {
    let place = Place::new("wireproxy");
    let (config, resolv) = (place.file("wireproxy.conf"), place.file("resolv.conf"));
    let boot = policy!(exec = "/");
    let narrowed = boot.run(|| {
        fs::read(&config)?;
        let configured = policy!(exec = "/", net_bind = [1080, 3128], net_connect = 51820);
        configured
            .run(|| {
                let ready = policy!(
                    read_file = [resolv, optional("/missing/hosts")],
                    net_bind = [1080, 3128],
                    net_connect = 51820
                );
                ready.run(|| (fs::read(&resolv).is_ok(), fs::read(&config).is_ok()))
            })?
            .map_err(io::Error::from)
    });
    let narrowed = narrowed.expect("it can be enforced").map_err(|error: io::Error| error.to_string());
    assert_eq!(narrowed, Ok((true, false)));
}

#[test]
fn pacman_downloads_without_moving_things_elsewhere() {
    let place = Place::new("pacman");
    let downloads = place.directory("pkg");
    let policy = policy!(
        read = "/",
        write_file = downloads,
        truncate = downloads,
        make_reg = downloads,
        remove_file = downloads,
    );
    let package = place.file("pkg/file");
    assert_eq!(policy.run(|| attempts(&package)).expect("it can be enforced"), [true, true, true]);
    let outside = place.file("outside");
    assert_eq!(policy.run(|| attempts(&outside)).expect("it can be enforced"), [true, false, true]);
    let moves = || fs::rename(&package, place.0.join("moved"));
    assert!(policy.run(moves).expect("it can be enforced").is_err());
}

/// `convert in.png out/out.jpg`, after the workshop's exercise.
fn convert(input: &Path, output: &Path) -> Policy {
    let directory = output.parent().unwrap_or(Path::new("."));
    policy!(exec = [optional("/usr")], read_write = directory, read = input)
}

#[test]
fn image_magick_gets_its_input_and_the_directory_of_its_output() {
    let place = Place::new("magick");
    let (input, output) = (place.file("in.png"), place.directory("out").join("out.jpg"));
    enforced(&convert(&input, &output), &input, [true, false, false]);
    fs::write(&output, "").expect("it can be written");
    enforced(&convert(&input, &output), &output, [true, true, true]);
}

#[test]
fn emilua_works_on_what_is_open_and_nothing_else() {
    let place = Place::new("emilua");
    let file = place.file("open");
    let open = File::open(&file).expect("it is there");
    let read = policy!().run(|| (io::read_to_string(&open).is_ok(), File::open(&file).is_ok()));
    assert_eq!(read.expect("it can be enforced"), (true, false));
}

#[test]
fn codex_reads_everything_and_writes_its_roots() {
    let place = Place::new("codex");
    let roots = [place.directory("workspace")];
    let policy = policy!(read = "/", write = [..roots, "/dev/null"]);
    let (inside, outside) = (place.file("workspace/file"), place.file("outside"));
    assert_eq!(policy.run(|| attempts(&inside)).expect("it can be enforced"), [true, true, true]);
    assert_eq!(policy.run(|| attempts(&outside)).expect("it can be enforced"), [true, false, true]);
}

#[test]
fn polkadot_pins_an_abi_and_puts_a_second_layer_on() {
    let place = Place::new("polkadot");
    let (work, artifact) = (place.directory("work"), place.file("work/artifact"));
    let prepare = policy!(read_write = work, abi = 1, require = all);
    let execute = policy!(read_file = artifact, abi = 1, require = all);
    let outcome = prepare.run(|| (attempts(&artifact), execute.run(|| attempts(&artifact))));
    let (first, second) = outcome.expect("it can be enforced");
    assert_eq!(first, [true, true, true]);
    assert_eq!(second.expect("it can be enforced"), [true, false, false]);
}
