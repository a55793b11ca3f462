//! Policies at random, as the calls that build them: any that no step has a reason to refuse.

use crate::calls::{Call, Required, Rule, Word};
use fastrand::Rng;
use landlock_runtime::{Feature, Right};

const PATHS: [&str; 30] = [
    "read",
    "write",
    "read_write",
    "exec",
    "connect_unix",
    "execute",
    "write_file",
    "read_file",
    "read_dir",
    "remove_dir",
    "remove_file",
    "make_char",
    "make_dir",
    "make_reg",
    "make_sock",
    "make_fifo",
    "make_block",
    "make_sym",
    "refer",
    "truncate",
    "ioctl_dev",
    "resolve_unix",
    "read",
    "write",
    "read_write",
    "exec",
    "read",
    "write",
    "read_write",
    "read_write",
];
const TCP: [&str; 4] = ["net_connect", "net_bind", "connect_tcp", "bind_tcp"];
const UDP: [&str; 4] = ["udp_connect", "udp_bind", "connect_send_udp", "bind_udp"];

/// A policy that nothing is wrong with. What is unrestricted comes first, and decides what may be granted.
pub(crate) fn calls(rng: &mut Rng) -> Vec<Call> {
    let unrestricted: Vec<Feature> = Feature::ALL.iter().copied().filter(|_| rng.u8(..) < 40).collect();
    let free = |feature| unrestricted.contains(&feature);
    let mut calls: Vec<Call> =
        unrestricted.iter().map(|feature| Call::Words("unrestricted".to_owned(), Word::Feature(*feature))).collect();
    let mut newest = 0;
    for _ in 0..rng.usize(..8) {
        let (call, feature, since) = match rng.u8(..8) {
            0 => (ports(rng, &TCP), Feature::Tcp, 4),
            1 => (ports(rng, &UDP), Feature::Udp, 10),
            _ => {
                let key = PATHS[rng.usize(..PATHS.len())];
                let unix = matches!(key, "connect_unix" | "resolve_unix");
                let since = match key {
                    "connect_unix" | "resolve_unix" => 9,
                    "ioctl_dev" => 5,
                    "truncate" => 3,
                    "refer" => 2,
                    _ => 1,
                };
                (Call::Path(key.to_owned(), rule(rng, key)), if unix { Feature::Unix } else { Feature::Fs }, since)
            }
        };
        if !free(feature) {
            newest = newest.max(since);
            calls.push(call);
        }
    }
    // Nothing else handles refer where files are free: it may be let go, too, unless it is granted.
    let grants_refer = calls.iter().any(|call| matches!(call, Call::Path(key, _) if key == "refer"));
    let no_refer = free(Feature::Fs) && !grants_refer && rng.bool();
    if no_refer {
        calls.push(Call::Words("unrestricted".to_owned(), Word::Right(Right::Refer)));
    }
    for _ in 0..rng.usize(..4).saturating_sub(1) {
        let feature = Feature::ALL[rng.usize(..Feature::ALL.len())];
        let right = Right::ALL[rng.usize(..Right::ALL.len())];
        let left_out = |feature: &Feature| feature.rights().contains(right);
        let left_out = unrestricted.iter().any(left_out) || no_refer && right == Right::Refer;
        calls.extend(
            match rng.u8(..7) {
                0 => Some(Required::Nothing),
                1 => Some(Required::All),
                2 => Some(Required::Threads),
                3 => Some(Required::Abi(rng.u32(1..=12))),
                4 if !left_out => Some(Required::Word(Word::Right(right))),
                5 | 6 if !free(feature) => Some(Required::Word(Word::Feature(feature))),
                _ => None,
            }
            .map(Call::Require),
        );
    }
    settings(rng, newest.max(1), &mut calls);
    if rng.bool() {
        rng.shuffle(&mut calls);
    }
    calls
}

fn settings(rng: &mut Rng, newest: u32, calls: &mut Vec<Call>) {
    let mut sometimes = |call: Call| {
        if rng.u8(..) < 40 {
            calls.push(call);
        }
    };
    sometimes(Call::Threads(true));
    sometimes(Call::Threads(false));
    for flag in ["no_new_privs", "log_same_exec", "log_new_exec", "log_subdomains"] {
        sometimes(Call::Flag(flag.to_owned(), true));
        sometimes(Call::Flag(flag.to_owned(), false));
    }
    if rng.u8(..) < 60 {
        calls.push(Call::Abi(rng.u32(newest..=10)));
    }
    for _ in 0..rng.usize(..6).saturating_sub(3) {
        calls.push(match rng.u8(..4) {
            0 => Call::Path("quiet_paths".to_owned(), rule(rng, "quiet_paths")),
            1 => ports(rng, &["quiet_ports"]),
            2 => Call::Words("quiet".to_owned(), Word::Feature(Feature::ALL[rng.usize(..Feature::ALL.len())])),
            _ => Call::Words("quiet".to_owned(), Word::Right(Right::ALL[rng.usize(..Right::ALL.len())])),
        });
    }
}

fn ports(rng: &mut Rng, keys: &[&str]) -> Call {
    let key = keys[rng.usize(..keys.len())];
    // A peer has a port; a socket of one's own may have any.
    let lowest = u16::from(key.contains("connect"));
    let first = if rng.bool() { rng.u16(lowest..=9) } else { rng.u16(lowest..) };
    let last = if rng.bool() { first } else { rng.u16(first..) };
    Call::Ports(key.to_owned(), first..=last)
}

fn rule(rng: &mut Rng, key: &str) -> Rule {
    const WRAPPERS: [&str; 4] = ["optional", "nofollow", "ensure_dir", "ensure_file"];
    let base = base(rng, key);
    let mut rule = match rng.u8(..4) {
        0 => {
            let start = ["~", "$HOME", "${XDG_9}"][rng.usize(..3)];
            let odd = if rng.u8(..8) == 0 { "/https:/" } else { "" };
            Rule::Template(format!("{start}{base}{odd}/{}", text(rng).replace('$', "")))
        }
        _ => Rule::Path(path(rng, &base)),
    };
    for _ in 0..rng.usize(..6).saturating_sub(3) {
        rule = Rule::Wrapped(WRAPPERS[rng.usize(..WRAPPERS.len())].to_owned(), Box::new(rule));
    }
    rule
}

/// A directory of the key's own, or one that all keys share: a literal inside another of `read_write` must be printed as
/// an expression.
fn base(rng: &mut Rng, key: &str) -> String {
    match rng.u8(..4) {
        0 | 1 => "/shared".to_owned(),
        2 => format!("/shared/{key}"),
        _ => format!("/{key}"),
    }
}

/// Mostly what a literal may be; also what must be printed as an expression.
fn path(rng: &mut Rng, base: &str) -> String {
    let text = text(rng);
    match rng.u8(..9) {
        0 => format!("{}/{text}", &base[1..]),
        1 => format!("{base}/../{text}"),
        2 => format!("{base}/$odd{text}"),
        3 => format!("{base}/https://{text}"),
        4 => format!("~{}{text}", &base[1..]),
        5 => base.to_owned(),
        _ => format!("{base}/{text}"),
    }
}

fn text(rng: &mut Rng) -> String {
    const ODD: [char; 16] =
        ['"', '\\', '\'', ' ', '\n', '\t', '{', '}', '#', '/', '.', '\u{301}', '\u{200b}', '\u{1f980}', '\u{7f}', '$'];
    let one = |rng: &mut Rng| match rng.u8(..6) {
        0 => ODD[rng.usize(..ODD.len())],
        1 => rng.char('\u{1}'..),
        _ => rng.lowercase(),
    };
    (0..rng.usize(..6)).map(|_| one(rng)).filter(|c| *c != '\0').collect()
}
