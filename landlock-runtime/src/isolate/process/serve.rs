//! The child's side. It takes over before `main`, proves that its parent called it, restricts itself, and serves calls until
//! the parent closes the channel. `main` never runs in it.

use super::channel::{Blocking, Channel, Stop};
use super::message::{Failure, Message, Reader};
use super::start::{Restriction, Role, Start, VARIABLE, executable, in_hexadecimal};
use super::{image, launcher, outcome, raw};
use crate::error::ErrorKind;
use crate::kernel::{self, Kernel, Ruleset};
use crate::layers;
use rustix::fs::{Mode, OFlags};
use rustix::process::{Resource, Rlimit, getppid, setrlimit, setsid};
use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::thread;

/// What a child that is refused ends with.
const REFUSED: i32 = 113;

/// Takes over if this process is to be a child of its own program. A set-user-id program never is, for its environment is
/// somebody else's: it ends here.
pub(super) fn start_if_asked() {
    let Some(nonce) = std::env::var_os(VARIABLE) else { return };
    if kernel::is_privileged_start() {
        raw::exit_now(REFUSED);
    }
    image::forget_variable(VARIABLE);
    let served = channel().and_then(|channel| serve(channel, &nonce.to_string_lossy()));
    let code = match served {
        Ok(()) => 0,
        Err(why) => {
            let _ = writeln!(io::stderr(), "this process was started as a worker of its program, and is none: {why}");
            REFUSED
        }
    };
    let _ = io::stdout().flush();
    raw::exit_now(code)
}

/// The channel, which came as standard input: a socket that the parent of this process has made.
fn channel() -> Result<Channel, Failure> {
    let stdin = rustix::stdio::stdin();
    let is_stream = rustix::net::sockopt::socket_domain(stdin)? == rustix::net::AddressFamily::UNIX
        && rustix::net::sockopt::socket_type(stdin)? == rustix::net::SocketType::STREAM;
    let peer = if is_stream { Some(rustix::net::sockopt::socket_peercred(stdin)?) } else { None };
    if !peer.is_some_and(|peer| Some(peer.pid) == getppid() && peer.uid == rustix::process::geteuid()) {
        return Err("its standard input is no socket of its parent".into());
    }
    let socket = rustix::io::fcntl_dupfd_cloexec(stdin, 3).map_err(failed("fcntl"))?;
    rustix::stdio::dup2_stdin(nothing()?).map_err(failed("dup2"))?;
    raw::close_all_but(socket.as_fd()).map_err(failed("close_range"))?;
    // The leader of its group has a session already.
    let _ = setsid();
    raw::ignore_broken_pipes();
    Ok(Channel::new(socket))
}

/// A call, and what the system said to it.
fn failed<E: Into<io::Error>>(call: &'static str) -> impl FnOnce(E) -> Failure {
    move |error| format!("{call}: {}", error.into()).into()
}

/// What reads as empty: `/dev/null`, or the end of a pipe where a sandbox of the parent hides that.
fn nothing() -> io::Result<OwnedFd> {
    rustix::fs::open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
        .or_else(|_| rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).map(|(empty, _)| empty))
        .map_err(io::Error::from)
}

fn serve(mut channel: Channel, nonce: &str) -> Result<(), Failure> {
    let (bytes, descriptors) = channel.receive_first(&mut Blocking).map_err(unheard)?;
    let start = Start::read(&mut Reader::new(bytes, descriptors))?;
    if in_hexadecimal(start.nonce) != nonce || start.executable != executable()? {
        return Err("its parent is not this program".into());
    }
    let Restriction { ruleset, own, options, limits, once } = match start.role {
        Role::Launcher => return launcher::serve(channel),
        Role::Worker(restriction) => restriction,
    };
    if let Some(memory) = limits.memory {
        let limit = Rlimit { current: Some(memory), maximum: Some(memory) };
        setrlimit(Resource::Data, limit)?;
    }
    let restricted = match ruleset {
        Some(ruleset) => Kernel::get()
            .map_err(|reason| ErrorKind::System { call: "asking for the ABI", source: io::Error::other(reason) })
            .and_then(|kernel| {
                let ruleset = Ruleset::received(ruleset);
                own.iter().try_for_each(|rule| ruleset.add_own(rule))?;
                Ok(ruleset.restrict(kernel, &options, false)?)
            }),
        None => Ruleset::restrict_nothing(&options).map_err(ErrorKind::from),
    };
    if let Err(kind) = restricted {
        let _ = channel.send(&outcome::not_restricted(&kind)?, &mut Blocking);
        return Ok(());
    }
    match limits.stack {
        None => calls(channel, once),
        Some(stack) => {
            let worker = thread::Builder::new().stack_size(stack).spawn(move || calls(channel, once));
            worker?.join().map_err(|_| "the worker panicked")?
        }
    }
}

fn unheard(stop: Stop) -> Failure {
    match stop {
        Stop::Failed(error) => format!("receiving from its parent: {error}").into(),
        _ => "its parent sends nothing".into(),
    }
}

/// Call after call, until there is none.
fn calls(mut channel: Channel, once: bool) -> Result<(), Failure> {
    if !once {
        layers::share_thread();
    }
    loop {
        let (bytes, descriptors) = match channel.receive(&mut Blocking) {
            Ok(call) => call,
            Err(Stop::Gone { .. }) => return Ok(()),
            Err(stop) => return Err(unheard(stop)),
        };
        let mut call = Reader::new(bytes, descriptors);
        let entry = image::entry_at(call.value()?).ok_or("the program has no such function")?;
        let mut reply = Message::default();
        entry(&mut call, &mut reply);
        drop(call);
        // Its parent may end it as soon as it has the reply.
        let _ = io::stdout().flush();
        channel.forget();
        // One whose body has executed something, and could not, may be restricted for good.
        if channel.send(&reply, &mut Blocking).is_err() || once || layers::execs() > 0 {
            return Ok(());
        }
    }
}
