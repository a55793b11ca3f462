//! Every word that the macro knows names something of the runtime.
use landlock_runtime::sandbox;

#[sandbox(
    unrestricted = [
        fs, tcp, udp, unix, signal, abstract_unix, execute, write_file, read_file, read_dir, remove_dir, remove_file,
        make_char, make_dir, make_reg, make_sock, make_fifo, make_block, make_sym, refer, truncate, ioctl_dev,
        resolve_unix, bind_tcp, connect_tcp, bind_udp, connect_send_udp,
    ],
    require = none,
)]
fn nothing() {}

#[sandbox(read_write = optional(ensure_dir("$UNSET_HERE/cache")), require = none)]
fn skipped() {}

#[sandbox(
    require = [
        all, threads, abi(1), fs, tcp, udp, unix, signal, abstract_unix, execute, write_file, read_file, read_dir,
        remove_dir, remove_file, make_char, make_dir, make_reg, make_sock, make_fifo, make_block, make_sym, refer,
        truncate, ioctl_dev, resolve_unix, bind_tcp, connect_tcp, bind_udp, connect_send_udp,
    ],
    on_error = exit(0),
)]
fn main() {
    nothing();
}
