//! The channel, with a peer that does as it should, and with one that does not.

use super::channel::{Blocking, Channel, Stop};
use super::child::{Ear, Until};
use super::message::Message;
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, send, sendmsg,
    socketpair,
};
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

fn pair() -> (Channel, OwnedFd) {
    let (mine, theirs) =
        socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).expect("a pair");
    (Channel::new(mine), theirs)
}

fn message(bytes: &[u8], descriptors: usize) -> Message {
    let open = |_| std::fs::File::open("/dev/null").expect("it is there").into();
    Message { bytes: bytes.to_vec(), descriptors: (0..descriptors).map(open).collect() }
}

/// What a peer says without regard to the rules.
fn says(socket: &OwnedFd, length: u64, descriptors: u32, bytes: &[u8]) {
    let all = [length.to_le_bytes().as_slice(), &descriptors.to_le_bytes(), bytes].concat();
    assert_eq!(send(socket, &all, SendFlags::empty()).expect("there is room"), all.len());
}

fn refusal(channel: &mut Channel) -> ErrorKind {
    match channel.receive(&mut Blocking) {
        Err(Stop::Failed(error)) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn so_many_descriptors_pass_and_no_more() {
    let (mut mine, theirs) = pair();
    let mut theirs = Channel::new(theirs);
    theirs.send(&message(b"bytes", 253), &mut Blocking).expect("it is sent");
    let (bytes, descriptors) = mine.receive(&mut Blocking).expect("it comes");
    assert_eq!((bytes, descriptors.len()), (b"bytes".as_slice(), 253));
    match theirs.send(&message(b"bytes", 254), &mut Blocking) {
        Err(Stop::Failed(error)) => assert_eq!(error.to_string(), "a message takes at most 253 descriptors"),
        other => panic!("{other:?}"),
    }
    theirs.send(&message(b"", 0), &mut Blocking).expect("nothing of it was sent");
    assert_eq!(mine.receive(&mut Blocking).expect("it comes").0, b"");
}

#[test]
fn the_first_message_leaves_those_behind_it() {
    for descriptors in [0, 2] {
        let (mut mine, theirs) = pair();
        let mut theirs = Channel::new(theirs);
        theirs.send(&message(b"first", 0), &mut Blocking).expect("it is sent");
        theirs.send(&message(b"second", descriptors), &mut Blocking).expect("it is sent");
        let (first, none) = mine.receive_first(&mut Blocking).expect("it comes");
        assert_eq!((first, none.len()), (b"first".as_slice(), 0));
        let (second, some) = mine.receive(&mut Blocking).expect("it comes");
        assert_eq!((second, some.len()), (b"second".as_slice(), descriptors));
    }
}

#[test]
fn a_length_is_only_a_claim() {
    let (mut mine, theirs) = pair();
    says(&theirs, u64::MAX, 0, b"little");
    drop(theirs);
    assert!(matches!(mine.receive(&mut Blocking), Err(Stop::Gone { unread: false })));
}

#[test]
fn descriptors_are_counted() {
    for (claimed, passed) in [(1, 0), (0, 1), (2, 1)] {
        let (mut mine, theirs) = pair();
        forged(&theirs, 0, claimed, &message(b"", passed));
        assert_eq!(refusal(&mut mine), ErrorKind::InvalidData, "{claimed} claimed, {passed} passed");
    }
}

/// A peer that passes more and more descriptors with a message that does not end.
#[test]
fn descriptors_without_end_are_refused() {
    let (mut mine, theirs) = pair();
    let many = message(b"", 200);
    forged(&theirs, u64::MAX, 200, &many);
    forged(&theirs, u64::MAX, 200, &many);
    let Err(Stop::Failed(error)) = mine.receive(&mut Blocking) else { panic!("it is refused") };
    assert_eq!(error.to_string(), "a message takes at most 253 descriptors");
}

/// A head that claims so many bytes and descriptors, with the descriptors of a message.
fn forged(socket: &OwnedFd, length: u64, claimed: u32, message: &Message) {
    let descriptors: Vec<_> = message.descriptors.iter().map(OwnedFd::as_fd).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    assert!(descriptors.is_empty() || ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)));
    let head = [length.to_le_bytes().as_slice(), &claimed.to_le_bytes()].concat();
    sendmsg(socket, &[io::IoSlice::new(&head)], &mut ancillary, SendFlags::empty()).expect("there is room");
}

#[test]
fn a_peer_that_is_slow_is_waited_for_until_the_deadline() {
    let (mut mine, theirs) = pair();
    says(&theirs, 2, 0, b"o");
    let mut ear = Ear::new(None);
    let limit = Duration::from_millis(50);
    let start = Instant::now();
    let mut until = Until { ear: &mut ear, deadline: Some(start + limit) };
    assert!(matches!(mine.receive(&mut until), Err(Stop::TimedOut)));
    assert!(start.elapsed() >= limit);

    let (mut mine, theirs) = pair();
    thread::scope(|scope| {
        scope.spawn(|| {
            says(&theirs, 3, 0, b"o");
            for byte in [b"n", b"e"] {
                thread::sleep(Duration::from_millis(5));
                send(&theirs, byte, SendFlags::empty()).expect("there is room");
            }
        });
        let mut until = Until { ear: &mut ear, deadline: Some(Instant::now() + Duration::from_secs(20)) };
        assert_eq!(mine.receive(&mut until).expect("it comes").0, b"one");
    });
}
