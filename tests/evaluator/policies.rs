//! Policies at random, on the paths of a world: groups and single rights, wrappers, ports, what is left unrestricted, an
//! older ABI as the ceiling. Some cannot be enforced.

use crate::network::Peers;
use crate::world::{World, pick};
use fastrand::Rng;
use landlock_runtime::{
    Feature, PathRule, Policy, Require, Right, Rights, ensure_dir, ensure_file, fd, nofollow, optional,
};
use std::fs::File;
use std::path::Path;

type Grant = fn(Policy, PathRule) -> Policy;
type Open = fn(Policy, u16) -> Policy;

const GRANTS: &[Grant] = &[
    |policy, path| policy.read(path),
    |policy, path| policy.write(path),
    |policy, path| policy.read_write(path),
    |policy, path| policy.exec(path),
    |policy, path| policy.connect_unix(path),
    |policy, path| policy.execute(path),
    |policy, path| policy.write_file(path),
    |policy, path| policy.read_file(path),
    |policy, path| policy.read_dir(path),
    |policy, path| policy.remove_dir(path),
    |policy, path| policy.remove_file(path),
    |policy, path| policy.make_char(path),
    |policy, path| policy.make_dir(path),
    |policy, path| policy.make_reg(path),
    |policy, path| policy.make_sock(path),
    |policy, path| policy.make_fifo(path),
    |policy, path| policy.make_block(path),
    |policy, path| policy.make_sym(path),
    |policy, path| policy.refer(path),
    |policy, path| policy.truncate(path),
    |policy, path| policy.resolve_unix(path),
    |policy, path| policy.ioctl_dev(path),
];

const PORTS: &[Open] = &[
    |policy, port| policy.net_connect(port),
    |policy, port| policy.net_bind(port),
    |policy, port| policy.net_connect(port..=port.saturating_add(9)),
    |policy, _| policy.net_bind(0),
    |policy, port| policy.udp_connect(port),
    |policy, port| policy.udp_bind(port),
    |policy, port| policy.connect_send_udp(port),
    |policy, _| policy.udp_bind(0),
];

pub(crate) fn policy(rng: &mut Rng, world: &World, peers: &Peers) -> Policy {
    let mut policy = grants(rng, world, Policy::new().require(Require::None));
    if rng.u8(..4) == 0 {
        policy = policy.include(&grants(rng, world, Policy::new()));
    }
    for _ in 0..rng.usize(..4) {
        policy = pick(rng, PORTS)(policy, peers.port(rng));
    }
    for feature in Feature::ALL {
        if rng.u8(..20) == 0 {
            policy = policy.unrestricted(*feature);
        }
    }
    if rng.u8(..6) == 0 {
        policy = policy.unrestricted(if rng.bool() { Right::Refer } else { *pick(rng, Right::ALL) });
    }
    if rng.u8(..6) == 0 {
        policy = policy.abi(rng.u32(1..=10));
    }
    policy
}

fn grants(rng: &mut Rng, world: &World, mut policy: Policy) -> Policy {
    for _ in 0..rng.usize(..7) {
        let rule = rule(rng, world);
        policy = match rng.u8(..4) {
            0 => policy.grant(rights(rng), rule),
            1 => pick(rng, &GRANTS[..5])(policy, rule),
            _ => pick(rng, GRANTS)(policy, rule),
        };
    }
    policy
}

/// Any set of rights on paths.
fn rights(rng: &mut Rng) -> Rights {
    let on_paths = Rights::from(Feature::Fs) | Feature::Unix.into() | Right::Refer.into();
    let some = on_paths.iter().filter(|_| rng.bool()).collect::<Vec<_>>();
    Rights::of(&some) | Right::ReadFile.into()
}

/// A path; rarely one that is missing, or that the wrapper refuses.
fn rule(rng: &mut Rng, world: &World) -> PathRule {
    let (any, missing) = (world.paths.any(rng).to_owned(), Path::new("/nowhere"));
    match rng.u8(..40) {
        0..4 => nofollow(&any),
        4..8 => File::open(&any).map_or_else(|_| optional(&any), fd),
        8..11 => ensure_dir(pick(rng, &world.paths.directories)),
        11 => ensure_file(pick(rng, &world.paths.files)),
        12..15 => optional(missing),
        15 => optional(any.join("missing")),
        16 if rng.bool() => nofollow(missing),
        17..19 => optional(&world.terminal),
        19 => optional("/dev"),
        // Where there is enough to move and to link.
        20..26 => optional(&world.plain[0]),
        _ => optional(any),
    }
}
