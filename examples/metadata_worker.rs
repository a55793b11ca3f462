//! A file indexer, in the way of `tracker-extract`: worker threads take jobs from a channel and parse files that nobody
//! trusts. Each call of `extract` runs on a fresh thread that can read the one file it was given, and nothing else. The
//! worker that calls it stays free.

use image::{DynamicImage, ImageError, ImageFormat, ImageReader, Rgb, RgbImage};
use landlock_examples::{allowed, denied, listen, port, unexpected, verdict};
use landlock_runtime::{Right, sandbox};
use std::io::ErrorKind::{InvalidData, UnexpectedEof};
use std::io::{self, Cursor};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, mpsc};
use std::{env, fs, process, thread};

/// The argument is all that the call can read. An error of the sandbox comes back as an [`io::Error`], as the parser's do.
#[sandbox(read = path)]
fn extract(path: &Path) -> io::Result<String> {
    parse(path)
}

fn main() -> io::Result<ExitCode> {
    let folder = env::temp_dir().join(format!("landlock-metadata-worker-{}", process::id()));
    let collector = listen();
    let samples = samples(port(&collector));
    fs::create_dir(&folder)?;
    fs::write(folder.join("secret.txt"), "my password")?;
    for sample in &samples {
        fs::write(folder.join(sample.name), &sample.bytes)?;
    }

    println!("Without the sandbox, two of the files get what they want:\n");
    for sample in samples.iter().filter(|sample| matches!(sample.expected, Expected::Denied(..))) {
        allowed(format_args!("{}: {}", sample.name, parse(&folder.join(sample.name))?), Ok(()));
    }

    println!("\nWith it:\n");
    let (sender, jobs) = mpsc::channel();
    for sample in &samples {
        sender.send(sample).expect("the channel is open");
    }
    drop(sender);
    let jobs = Mutex::new(jobs);
    let next = || jobs.lock().expect("nothing panics under this lock").recv().ok();
    let work = |worker| {
        while let Some(sample) = next() {
            sample.show(extract(&folder.join(sample.name)));
        }
        allowed(format_args!("worker {worker} stays free: read secret.txt"), fs::read(folder.join("secret.txt")));
    };
    thread::scope(|scope| {
        for worker in 1..=3 {
            scope.spawn(move || work(worker));
        }
    });
    allowed("the main thread stays free: remove all the files", fs::remove_dir_all(&folder));
    Ok(verdict())
}

/// The parser, without a thought of sandboxes.
fn parse(path: &Path) -> io::Result<String> {
    if path.extension().is_some_and(|extension| extension == "svg") {
        return parse_drawing(path);
    }
    let reader = ImageReader::open(path)?.with_guessed_format()?;
    let format = reader.format().ok_or(InvalidData)?;
    let image = reader.decode().map_err(|error| match error {
        ImageError::IoError(error) => error,
        error => io::Error::new(InvalidData, error),
    })?;
    Ok(format!("{format:?}, {} x {}, {:?}", image.width(), image.height(), image.color()))
}

/// A drawing can refer to other files, and this parser does what many have done: it follows.
fn parse_drawing(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    let attribute = |name: &str| text.split_once(&format!("{name}=\""))?.1.split('"').next();
    let (Some(width), Some(height)) = (attribute("width"), attribute("height")) else {
        return Err(io::Error::new(InvalidData, "a drawing without a size"));
    };
    let reference = match attribute("href") {
        None => String::new(),
        Some(link) => match link.strip_prefix("http://") {
            Some(host) => TcpStream::connect(host).map(|_| format!(", after a call to {host}"))?,
            None => format!(", with {:?} from {link}", fs::read_to_string(path.with_file_name(link))?),
        },
    };
    Ok(format!("Svg, {width} x {height}{reference}"))
}

struct Sample {
    name: &'static str,
    bytes: Vec<u8>,
    expected: Expected,
}

enum Expected {
    Metadata,
    Malformed,
    Denied(Right, &'static str),
}

impl Sample {
    fn show(&self, outcome: io::Result<String>) {
        match (&self.expected, outcome) {
            (Expected::Metadata, Ok(metadata)) => allowed(format_args!("{}: {metadata}", self.name), Ok(())),
            (Expected::Malformed, Err(error)) if matches!(error.kind(), InvalidData | UnexpectedEof) => {
                allowed(format_args!("{}: read, and malformed: {error}", self.name), Ok(()));
            }
            (Expected::Denied(right, reason), outcome) => denied(*right, self.name, reason, outcome),
            (_, Ok(metadata)) => unexpected(self.name, metadata),
            (_, Err(error)) => unexpected(self.name, error),
        }
    }
}

fn samples(collector: u16) -> Vec<Sample> {
    let picture = DynamicImage::from(RgbImage::from_pixel(64, 48, Rgb([70, 130, 180])));
    let encode = |format| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("memory takes every format");
        bytes.into_inner()
    };
    let truncated = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() / 2);
        bytes
    };
    let drawing = |link: &str| format!("<svg width=\"64\" height=\"48\"><image {link}/></svg>").into_bytes();
    let mut huge = encode(ImageFormat::Bmp);
    huge[18..26].copy_from_slice(&[0, 0, 1, 0, 0, 0, 1, 0]); // claims to be 65536 x 65536

    let reads = Expected::Denied(Right::ReadFile, "it refers to a file that is not its own");
    let calls = Expected::Denied(Right::ConnectTcp, "it refers to a server");
    let sample = |name, bytes, expected| Sample { name, bytes, expected };
    vec![
        sample("photo.jpeg", encode(ImageFormat::Jpeg), Expected::Metadata),
        sample("icon.png", encode(ImageFormat::Png), Expected::Metadata),
        sample("banner.gif", encode(ImageFormat::Gif), Expected::Metadata),
        sample("scan.bmp", encode(ImageFormat::Bmp), Expected::Metadata),
        sample("really_a_png.gif", encode(ImageFormat::Png), Expected::Metadata),
        sample("drawing.svg", drawing(""), Expected::Metadata),
        sample("cut.png", truncated(encode(ImageFormat::Png)), Expected::Malformed),
        sample("cut.gif", truncated(encode(ImageFormat::Gif)), Expected::Malformed),
        sample("huge.bmp", huge, Expected::Malformed),
        sample("noise.jpeg", vec![0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3], Expected::Malformed),
        sample("empty.png", Vec::new(), Expected::Malformed),
        sample("thief.svg", drawing("href=\"secret.txt\""), reads),
        sample("phone_home.svg", drawing(&format!("href=\"http://127.0.0.1:{collector}\"")), calls),
    ]
}
