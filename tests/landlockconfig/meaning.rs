//! What a file means as a policy, as its attribute.

use landlock_runtime::{Feature, LandlockconfigError, Policy, Right, Rights};

fn file(name: &str) -> Policy {
    Policy::from_landlockconfig_file(format!("landlockconfig/files/{name}")).expect("the fixture is well formed")
}

fn toml(text: &str) -> Policy {
    Policy::from_landlockconfig_toml(text).expect("it is well formed")
}

#[test]
fn groups_and_variables_are_resolved() {
    assert_eq!(
        file("server.toml").to_string(),
        "#[sandbox(\
         read = [optional(\"/usr/lib\"), optional(\"/usr/share\"), optional(\"/usr/local/lib\"), \
         optional(\"/usr/local/share\"), optional(\"/etc/passwd\")], \
         execute = [optional(\"/usr/lib\"), optional(\"/usr/share\"), optional(\"/usr/local/lib\"), \
         optional(\"/usr/local/share\"), optional(\"/etc/passwd\")], \
         refer = [optional(\"/usr/lib\"), optional(\"/usr/share\"), optional(\"/usr/local/lib\"), \
         optional(\"/usr/local/share\"), optional(\"/etc/passwd\")], \
         write_file = optional(\"/dev/null\"), read_file = optional(\"/dev/null\"), \
         read_dir = [optional(std::path::Path::new(\"/srv/${prefix}\")), \
         optional(std::path::Path::new(\"/srv/$prefix\"))], \
         bind_tcp = [8080, 8081])]"
    );
}

#[test]
fn both_notations_say_the_same() {
    assert_eq!(format!("{:?}", file("server.toml")), format!("{:?}", file("server.json")));
}

#[test]
fn what_is_left_unhandled_is_said() {
    let server = file("server.toml");
    let newer = Rights::of(&[Right::ResolveUnix, Right::BindUdp, Right::ConnectSendUdp]);
    assert_eq!(server.unhandled_by_landlockconfig(), newer | Right::AbstractUnixSocket.into());
    assert_eq!(server.handled(), Rights::ALL, "and yet it is restricted");

    // Rules restrict what they allow.
    let home = file("home.toml");
    let scopes = Rights::from(Feature::Signal) | Feature::AbstractUnix.into();
    assert_eq!(home.unhandled_by_landlockconfig(), newer | scopes | Right::BindTcp.into() | Right::Execute.into());

    let unhandled = home.unhandled_by_landlockconfig();
    let followed = home.unrestricted(unhandled);
    assert_eq!(followed.handled(), Rights::ALL - unhandled);
    assert_eq!(followed.unhandled_by_landlockconfig(), Rights::EMPTY);
}

#[test]
fn composed_files_leave_what_either_leaves() {
    let (server, home) = (file("server.toml"), file("home.toml"));
    let both = Policy::new().include(&server).include(&home);
    let either = server.unhandled_by_landlockconfig() | home.unhandled_by_landlockconfig();
    assert_eq!(both.unhandled_by_landlockconfig(), either);
    let (server, home, both) = (server.to_string(), home.to_string(), both.to_string());
    assert!(server.contains("8080") && home.contains("443") && both.contains("8080") && both.contains("443"), "{both}");
}

#[test]
fn groups_are_as_of_the_abi_of_the_file() {
    let granted = |abi: u32, group: &str| {
        let text = format!("abi = {abi}\n[[path_beneath]]\nallowed_access = ['{group}']\nparent = ['/x']");
        toml(&text).to_string()
    };
    let path = "optional(\"/x\")";
    assert_eq!(granted(1, "abi.read_execute"), format!("#[sandbox(read = {path}, execute = {path})]"));
    assert_eq!(granted(2, "abi.read_execute"), format!("#[sandbox(read = {path}, execute = {path}, refer = {path})]"));
    let devices = format!("make_char = {path}, make_block = {path}");
    assert_eq!(granted(3, "abi.read_write"), format!("#[sandbox(read_write = {path}, {devices})]"));
    assert_eq!(granted(5, "abi.read_write"), format!("#[sandbox(read_write = {path}, {devices}, ioctl_dev = {path})]"));
    assert!(granted(9, "abi.all").contains("execute") && granted(9, "abi.all").contains("resolve_unix"));

    let ports = |abi: u32| {
        toml(&format!("abi = {abi}\n[[net_port]]\nallowed_access = ['abi.all']\nport = [0, 53]")).to_string()
    };
    assert_eq!(ports(3), "#[sandbox]", "no right on ports yet");
    assert_eq!(ports(4), "#[sandbox(bind_tcp = [0, 53], connect_tcp = 53)]");
    assert!(ports(10).contains("bind_udp = [0, 53], connect_send_udp = 53"));
}

#[test]
fn a_variable_can_be_given_in_parts_or_have_no_value() {
    let policy = toml(
        "[[variable]]\nname = 'v'\nliteral = ['/a']\n[[variable]]\nname = 'v'\nliteral = ['/b']\n\
         [[variable]]\nname = 'none'\n\
         [[path_beneath]]\nallowed_access = ['read_file']\nparent = ['${v}', '${none}/x']",
    );
    assert_eq!(policy.to_string(), "#[sandbox(read_file = [optional(\"/a\"), optional(\"/b\")])]");
}

#[test]
fn what_the_format_cannot_say_is_not_written() {
    let refused = |policy: &Policy, words: &str| {
        let error = policy.to_landlockconfig_toml().expect_err(words);
        assert!(matches!(error, LandlockconfigError::Inexpressible { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let directory = std::fs::File::open("/usr").expect("it is there");
    refused(&Policy::new().read(landlock_runtime::fd(&directory)), "is an open descriptor");
    refused(&Policy::new().read(landlock_runtime::nofollow("/usr")), "must not be a link");
    refused(&Policy::new().read(landlock_runtime::ensure_dir("/x")), "is to be made");
    refused(&Policy::new().read(landlock_runtime::expand("~/x")), "depends on the environment");
    let latin: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"/caf\xe9");
    refused(&Policy::new().read(latin), "is not UTF-8");
    refused(&Policy::new().unrestricted(Rights::ALL).require(landlock_runtime::Require::None), "restricts nothing");

    let unix = Policy::new().connect_unix("/run/app.sock");
    refused(&unix, "no name for resolve_unix, and it is granted on paths: write `.abi(8)`");
    unix.abi(8).to_landlockconfig_toml().expect("it is left out");
    let udp = Policy::new().include(&landlock_runtime::presets::dns());
    refused(&udp, "no name for bind_udp");
    udp.abi(8).to_landlockconfig_json().expect("it is left out");
    refused(&Policy::new().unrestricted(Feature::Fs), "no name for resolve_unix, and not all of its kind");

    let broken = Policy::new().read("").to_landlockconfig_toml().expect_err("an empty path");
    assert!(matches!(broken, LandlockconfigError::Policy(_)), "{broken:?}");
}
