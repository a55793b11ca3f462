//! An HTTPS client that may connect to one port. It also needs files: the resolver reads `/etc/hosts` and others, and TLS
//! the certificates of the authorities that the system trusts. Two presets grant these; without them the port alone is not
//! enough.

use landlock_examples::{allowed, denied, listen, port, unexpected, verdict};
use landlock_runtime::{PathRule, Right, optional, presets, sandbox};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, fs, thread};

/// What the client is configured with: the port that it may use, and an authority besides those of the system.
struct Client {
    port: u16,
    authority: CertificateDer<'static>,
}

#[sandbox(net_connect = client.port, include = [presets::dns(), presets::tls_roots()], read = [..own_bundles()])]
fn fetch(client: &Client, port: u16) -> io::Result<String> {
    get(client, port)
}

#[sandbox(net_connect = client.port)]
fn fetch_without_presets(client: &Client) -> io::Result<String> {
    get(client, client.port)
}

#[sandbox(net_connect = client.port)]
fn read_without_presets(client: &Client, path: &str) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// The presets look at no environment variable. A program that honours these two, as this one does, grants what they say.
fn own_bundles() -> Vec<PathRule> {
    let lists = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|variable| env::var_os(variable).unwrap_or_default());
    let paths = lists.iter().flat_map(|list| env::split_paths(list));
    paths.filter(|path| path.is_absolute()).map(optional).collect()
}

fn main() -> io::Result<ExitCode> {
    let servers = [listen(), listen()];
    let [granted, other] = servers.each_ref().map(port);
    let client = Client { port: granted, authority: start(servers)? };

    match fetch(&client, granted) {
        Ok(answer) => allowed(format_args!("GET https://localhost:{granted}: {answer}"), Ok(())),
        Err(error) => unexpected(format_args!("GET https://localhost:{granted}"), error),
    }
    let reason = format!("only {granted} is granted");
    denied(Right::ConnectTcp, format_args!("GET https://localhost:{other}"), reason, fetch(&client, other));

    println!("\nWith the port alone:\n");
    if rustls_native_certs::load_native_certs().certs.is_empty() {
        println!("this machine has no certificates that could be denied");
    } else {
        let operation = format!("GET https://localhost:{granted}");
        denied(Right::ReadFile, operation, "presets::tls_roots() is missing", fetch_without_presets(&client));
    }
    let outcome = read_without_presets(&client, "/etc/hosts");
    denied(Right::ReadFile, "read /etc/hosts", "presets::dns() is missing", outcome);
    Ok(verdict())
}

/// The client, without a thought of sandboxes.
fn get(client: &Client, port: u16) -> io::Result<String> {
    let system = rustls_native_certs::load_native_certs();
    if let (true, Some(error)) = (system.certs.is_empty(), system.errors.into_iter().find_map(denial)) {
        return Err(error);
    }
    let mut roots = RootCertStore::empty();
    let (authorities, _) = roots.add_parsable_certificates(system.certs);
    roots.add(client.authority.clone()).map_err(io::Error::other)?;

    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
    let session = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(session, TcpStream::connect(("localhost", port))?);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    Ok(format!("{status}, by a client that trusts {authorities} authorities of the system and one of its own"))
}

/// Certificates that are there and cannot be read. A machine that has none gets by with the client's own authority.
fn denial(error: rustls_native_certs::Error) -> Option<io::Error> {
    let rustls_native_certs::ErrorKind::Io { inner, path } = error.kind else { return None };
    let denied = inner.kind() == io::ErrorKind::PermissionDenied;
    denied.then(|| io::Error::new(inner.kind(), format!("{}: {inner}", path.display())))
}

/// Starts servers that answer every request, and returns the certificate to trust them by.
fn start(listeners: [TcpListener; 2]) -> io::Result<CertificateDer<'static>> {
    let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
    let certificate = identity.cert.der().clone();
    let key = PrivateKeyDer::try_from(identity.signing_key.serialize_der()).map_err(io::Error::other)?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.clone()], key);
    let config = Arc::new(config.map_err(io::Error::other)?);
    for listener in listeners {
        let config = Arc::clone(&config);
        thread::spawn(move || {
            for client in listener.incoming() {
                if let Err(error) = answer(&config, client) {
                    println!("the server: {error}");
                }
            }
        });
    }
    Ok(certificate)
}

fn answer(config: &Arc<ServerConfig>, client: io::Result<TcpStream>) -> io::Result<()> {
    let session = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(session, client?);
    let _request = stream.read(&mut [0; 1024])?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")?;
    stream.conn.send_close_notify();
    stream.flush()
}
