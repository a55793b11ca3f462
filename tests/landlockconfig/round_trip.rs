//! From a policy to a file and back: what is enforced stays the same.

use landlock_runtime::{Feature, Policy, Right, Rights, each};

/// A policy as the attribute that says what is enforced: of each path and port, exactly its rights.
fn back(policy: &Policy) -> [Policy; 2] {
    let toml = policy.to_landlockconfig_toml().expect("the format can say it");
    let json = policy.to_landlockconfig_json().expect("the format can say it");
    let policies = [
        Policy::from_landlockconfig_toml(&toml).unwrap_or_else(|error| panic!("{error}\n{toml}")),
        Policy::from_landlockconfig_json(&json).unwrap_or_else(|error| panic!("{error}\n{json}")),
    ];
    policies.map(|policy| {
        let unhandled = policy.unhandled_by_landlockconfig();
        policy.unrestricted(unhandled)
    })
}

#[test]
fn policies_come_back() {
    let policies = [
        Policy::new(),
        Policy::new().read("/usr").read_write("/tmp").exec("/bin").net_connect(443).net_bind(8000..=8010),
        Policy::new().abi(8).unrestricted(Feature::Fs).net_bind(0),
        Policy::new().abi(1).read("/usr").write("/tmp"),
        Policy::new().unrestricted(Right::Refer).read("/usr").write("/tmp"),
        Policy::new().abi(1).unrestricted(Right::Refer).read("/usr").write("/tmp"),
        Policy::new().abi(6).unrestricted(Feature::Signal).unrestricted(Right::Execute).make_reg("/tmp"),
        Policy::new().abi(8).include(&landlock_runtime::presets::dns()),
        Policy::new().read(each(["relative", "/a b", "/$HOME/${x}/$$", "/q\"'\\", "/tab\t\n\u{7f}\u{1}", "/ü€😀"])),
        Policy::new().grant(Rights::of(&[Right::ReadFile, Right::Refer, Right::IoctlDev]), "/dev"),
    ];
    for policy in policies {
        let file = policy.to_landlockconfig_toml().expect("the format can say it");
        let ceiling: u32 = file.lines().next().and_then(|line| line.strip_prefix("abi = ")?.parse().ok()).expect("abi");
        for again in back(&policy) {
            // Equal files: equal rights on equal objects, and equally much restricted.
            assert_eq!(again.abi(ceiling).to_landlockconfig_toml().expect("it could say it before"), file);
        }
    }
}

/// The kernel denies it under a file that does not handle it.
#[test]
fn an_unrestricted_refer_is_handled_and_granted_everywhere() {
    let file = |policy: &Policy| policy.to_landlockconfig_toml().expect("the format can say it");
    let everywhere = "[[path_beneath]]\nallowed_access = [\"refer\"]\nparent = [\"/\"]\n";
    let policy = Policy::new().unrestricted(Right::Refer).read("/usr").write("/tmp");
    for (policy, is_granted) in [(policy.clone(), true), (policy.clone().abi(2), true), (policy.abi(1), false)] {
        let file = file(&policy);
        assert!(file.contains("handled_access_fs = [\"abi.all\"]"), "{file}");
        assert_eq!(file.contains(everywhere), is_granted, "{file}");
    }
    let none = Policy::new().abi(8).unrestricted(Feature::Fs).unrestricted(Right::Refer).net_connect(443);
    assert!(!file(&none).contains("refer"));
}

#[test]
fn nothing_is_added_on_the_way() {
    let policy = Policy::new().abi(8).read("/usr").write_file("/usr").net_connect(443);
    for again in back(&policy) {
        assert_eq!(
            again.to_string(),
            "#[sandbox(read = optional(\"/usr\"), write_file = optional(\"/usr\"), connect_tcp = 443, \
             unrestricted = [udp, unix])]"
        );
    }
}
