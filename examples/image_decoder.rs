//! A decoder for images that nobody trusts, as it would run in a server: in child processes that stay, which can read
//! nothing, connect nowhere, and are stopped when they take too long or too much. Whatever happens in one of them, the server goes on.
//!
//! The attack is played by the decoder itself: what a bug in it would let an attacker execute is executed here.

use image::{ImageFormat, ImageReader, Rgb, RgbImage};
use landlock_examples::{allowed, denied, unexpected, verdict};
use landlock_runtime::{Error, ErrorKind, ProcessError, Right, sandbox};
use std::io::{self, Cursor};
use std::process::{ExitCode, id};
use std::time::Duration;
use std::{fs, hint, thread};

/// Width and height and pixels, from bytes to bytes: that is all that the processes get, and all that they give.
#[sandbox(isolate = process(reuse, workers = 2, max_calls = 1000), timeout = "2 s", memory = "256 MiB")]
fn decode(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Failure> {
    decode_unprotected(bytes)
}

fn main() -> ExitCode {
    let picture = picture();
    println!("Without the sandbox, the attack reads what it likes:\n");
    allowed("read /etc/passwd", fs::read("/etc/passwd"));

    println!("\nWith it:\n");
    match decode(&picture) {
        Ok((2, 2, pixels)) if pixels.len() == 12 => allowed("decode a picture of 2 x 2 pixels", Ok(())),
        other => unexpected("decode a picture", format_args!("{other:?}")),
    }
    let answered = |answer: &Result<_, Failure>| match answer {
        Err(Failure::Decoder(errno)) => Err(io::Error::from_raw_os_error(*errno)),
        _ => Ok(()),
    };
    let read = decode(b"attack: read");
    denied(Right::ReadFile, "the attack reads /etc/passwd", "the attribute names no file", answered(&read));
    for (attack, outcome) in [("crash", "crashed"), ("hang", "was stopped"), ("fill memory", "got no more")] {
        let answer = decode(format!("attack: {attack}").as_bytes());
        if matches!(&answer, Err(Failure::Process(text)) if text.contains(outcome)) {
            allowed(format_args!("{attack}: the process {outcome}, and process {} goes on", id()), Ok(()));
        } else {
            unexpected(attack, format_args!("{answer:?}"));
        }
    }
    allowed(
        "decode the next picture",
        decode(&picture).map(drop).map_err(|failure| io::Error::other(format!("{failure:?}"))),
    );
    verdict()
}

/// The decoder, without a thought of sandboxes; and the attack.
fn decode_unprotected(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Failure> {
    match bytes {
        b"attack: read" => {
            fs::read("/etc/passwd").map(|stolen| (0, 0, stolen)).map_err(|error| Failure::Decoder(errno(&error)))
        }
        b"attack: crash" => std::process::abort(),
        b"attack: hang" => loop {
            thread::sleep(Duration::from_secs(1));
        },
        b"attack: fill memory" => Ok((0, 0, hint::black_box(vec![1; 1 << 30]))),
        picture => {
            let reader = ImageReader::with_format(Cursor::new(picture), ImageFormat::Png);
            let decoded = reader.decode().map_err(|_| Failure::Decoder(0))?.into_rgb8();
            Ok((decoded.width(), decoded.height(), decoded.into_raw()))
        }
    }
}

fn errno(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or_default()
}

/// What can become of a picture, beside a decoded one.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
enum Failure {
    /// The decoder refused it; for the attack, with what the system said.
    Decoder(i32),
    /// Its process did not come back.
    Process(String),
}

/// By this, the error of a process becomes one of ours.
impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let what = match error.kind() {
            ErrorKind::Process(ProcessError::Crashed { .. }) => "crashed",
            ErrorKind::Process(ProcessError::TimedOut { .. }) => "was stopped",
            ErrorKind::Process(ProcessError::OutOfMemory { .. }) => "got no more",
            _ => "could not be used",
        };
        Failure::Process(format!("it {what}: {error}"))
    }
}

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = RgbImage::from_pixel(2, 2, Rgb([200, 30, 30]));
    pixels.write_to(&mut bytes, ImageFormat::Png).expect("a picture in memory can be written");
    bytes.into_inner()
}
