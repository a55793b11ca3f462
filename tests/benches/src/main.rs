//! What a sandbox costs: tables of ratios, measured side by side. `--check` fails where a ratio is over its limit,
//! `--seconds` is how long each case is measured, `--build` only builds the programs that are measured, which happens by itself
//! under `cargo run`. Other arguments name the families to measure.

mod case;
mod cases;
mod programs;
mod rounds;
mod table;

use case::Case;
use std::process::ExitCode;
use std::time::Duration;

struct Arguments {
    build: bool,
    check: bool,
    seconds: f64,
    families: Vec<String>,
}

impl Arguments {
    fn parse(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut arguments = Arguments { build: false, check: false, seconds: 2.0, families: Vec::new() };
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--build" => arguments.build = true,
                "--check" => arguments.check = true,
                "--seconds" => {
                    let seconds = given.next().and_then(|seconds| seconds.parse().ok());
                    arguments.seconds = seconds.ok_or("--seconds takes a number")?;
                }
                name if cases::FAMILIES.iter().any(|(family, _)| *family == name) => {
                    arguments.families.push(argument);
                }
                _ => {
                    let families = cases::FAMILIES.map(|(family, _)| family).join(", ");
                    return Err(format!("{argument:?} is none of --build, --check, --seconds, {families}"));
                }
            }
        }
        Ok(arguments)
    }

    fn wants(&self, family: &str) -> bool {
        self.families.is_empty() || self.families.iter().any(|wanted| wanted == family)
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_some_and(|argument| argument == programs::RETURN) {
        return ExitCode::SUCCESS;
    }
    let arguments = match Arguments::parse(arguments) {
        Ok(arguments) => arguments,
        Err(mistake) => {
            eprintln!("{mistake}");
            return ExitCode::from(2);
        }
    };
    if arguments.build || programs::run_by_cargo() {
        programs::build();
    }
    if arguments.build {
        return ExitCode::SUCCESS;
    }
    println!("{}\n", programs::machine());
    let mut over = Vec::new();
    for (family, cases) in cases::FAMILIES.iter().filter(|(family, _)| arguments.wants(family)) {
        for Case { name, rounds, variants, limits } in cases() {
            let name = format!("{family}: {name}");
            let rounds = rounds::measure(variants, rounds, Duration::from_secs_f64(arguments.seconds));
            over.extend(table::print(&name, &rounds, &limits));
        }
    }
    for line in &over {
        println!("OVER  {line}");
    }
    if over.is_empty() || !arguments.check { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
