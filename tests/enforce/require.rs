//! `require` in all its forms: what it names is enforced, or nothing runs.

use crate::kernels::{self, known};
use crate::support::{list, refused, says};
use landlock_runtime::{Enforcement, ErrorKind, Feature, Policy, Require, Right, Rights};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, abi, case};

pub(crate) const CASES: &[Case] = &[
    case!(files_by_default),
    case!(named_features_where_files_are_unrestricted),
    case!(anything_where_nothing_is_named),
    case!(anything_is_not_the_refer_that_is_kept),
    case!(nothing_is_enough_for_none).abi(0),
    case!(all_fails_below_abi_10).below_abi(10),
    case!(all_holds_from_abi_10).abi(10),
    case!(all_of_a_smaller_policy).abi(6),
    case!(each_feature),
    case!(each_right),
    case!(abi_of_the_kernel_and_the_next),
    case!(threads),
    case!(several_add_up),
];

/// Enforces for one call.
fn applied(policy: &Policy) -> Verdict {
    let probes = Probes::new().allowed("listing", list("/usr")).denied("another", Errno::ACCESS, list("/etc"));
    probes.outside()?;
    policy.run(|| probes.inside())?
}

/// What is missing, of an error that says so with ABI and Linux version.
fn lacking(policy: &Policy) -> Result<Rights, Box<dyn std::error::Error + Send + Sync>> {
    let mut ran = false;
    let error = refused(|| policy.run(|| ran = true))?;
    assert!(!ran, "the body ran");
    let ErrorKind::Required(required) = error.kind() else { return Err(error.into()) };
    assert_eq!(required.abi, Ok(abi()));
    says(&error, &[&format!("this kernel has ABI {}, and the policy requires", abi())]);
    for right in required.missing.iter() {
        says(&error, &[right.name(), &format!("(ABI {}, Linux {})", kernels::since(right), kernels::linux(right))]);
    }
    Ok(required.missing)
}

/// Required of every kernel: enforced where this one knows it, an error that names what it does not know elsewhere.
fn enforced_or_error(policy: &Policy, required: Rights) -> Verdict {
    let unknown = required - known(abi());
    if unknown.is_empty() {
        policy.run(|| ())?;
    } else {
        assert_eq!(lacking(policy)?, unknown);
    }
    Ok(())
}

fn files_by_default(_: &Scratch) -> Verdict {
    applied(&Policy::new().read("/usr"))?;
    applied(&Policy::new().read("/usr").udp_connect(53).net_connect(443))
}

fn named_features_where_files_are_unrestricted(_: &Scratch) -> Verdict {
    let policy = Policy::new().unrestricted(Feature::Fs);
    enforced_or_error(&policy.clone().net_connect(443), Feature::Tcp.into())?;
    enforced_or_error(&policy.clone().net_bind(0).udp_connect(53), Feature::Tcp.rights() | Feature::Udp.rights())?;
    enforced_or_error(&policy.connect_unix("/run"), Feature::Unix.into())
}

fn anything_where_nothing_is_named(_: &Scratch) -> Verdict {
    let but = |kept: Right| Policy::new().unrestricted(Rights::ALL - kept.into());
    enforced_or_error(&but(Right::ConnectSendUdp), Right::ConnectSendUdp.into())?;
    enforced_or_error(&but(Right::ConnectTcp), Right::ConnectTcp.into())
}

/// A layer that does not restrict files still allows `refer` everywhere, which restricts nothing.
fn anything_is_not_the_refer_that_is_kept(_: &Scratch) -> Verdict {
    let others = Feature::ALL.iter().filter(|feature| **feature != Feature::Udp);
    let policy = others.fold(Policy::new(), |policy, feature| policy.unrestricted(*feature));
    assert!(policy.handled().contains(Right::Refer), "it is kept");
    enforced_or_error(&policy, Feature::Udp.into())
}

fn nothing_is_enough_for_none(_: &Scratch) -> Verdict {
    let policy = Policy::new().unrestricted(Rights::ALL - Right::ResolveUnix.into()).require(Require::None);
    let enforcement = policy.restrict_process()?;
    assert_eq!(enforcement.new_layer(), abi() >= 9);
    assert_eq!(enforcement.is_complete(), abi() >= 9);
    assert!(rustix::thread::no_new_privs()?, "also where nothing is enforced");
    Ok(())
}

fn all_fails_below_abi_10(_: &Scratch) -> Verdict {
    let missing = lacking(&Policy::new().read("/usr").require(Require::All))?;
    assert_eq!(missing, Rights::ALL - known(abi()));
    Ok(())
}

fn all_holds_from_abi_10(_: &Scratch) -> Verdict {
    applied(&Policy::new().read("/usr").require(Require::All))
}

fn all_of_a_smaller_policy(_: &Scratch) -> Verdict {
    let newer = Rights::ALL - known(6);
    applied(&Policy::new().read("/usr").unrestricted(newer).require(Require::All))
}

fn each_feature(_: &Scratch) -> Verdict {
    for feature in Feature::ALL {
        let required = match feature {
            Feature::Fs => feature.rights() & known(1),
            other => other.rights(),
        };
        enforced_or_error(&Policy::new().require(*feature), required)?;
    }
    Ok(())
}

fn each_right(_: &Scratch) -> Verdict {
    Right::ALL.iter().try_for_each(|right| enforced_or_error(&Policy::new().require(*right), (*right).into()))
}

fn abi_of_the_kernel_and_the_next(_: &Scratch) -> Verdict {
    applied(&Policy::new().read("/usr").require(Require::Abi(abi())))?;
    let next = abi() + 1;
    let error = refused(|| Policy::new().require(Require::Abi(next)).restrict_process())?;
    says(&error, &[&format!("this kernel has ABI {}, and the policy requires ABI {next}", abi())]);
    assert!(matches!(error.kind(), ErrorKind::Required(required) if required.abi_wanted == Some(next)));
    Ok(())
}

fn threads(_: &Scratch) -> Verdict {
    let policy = Policy::new().read("/usr").require(Require::Threads);
    let error = refused(|| policy.run(|| ()))?;
    says(&error, &["all threads, while only this one would be restricted"]);
    assert!(matches!(error.kind(), ErrorKind::Required(required) if required.threads && required.missing.is_empty()));
    let enforcement: Enforcement = policy.restrict_process()?;
    assert!(enforcement.whole_process() && enforcement.new_layer());
    Ok(())
}

fn several_add_up(_: &Scratch) -> Verdict {
    let policy = Policy::new().require(Feature::Fs).require(Require::Threads).require(Require::Abi(1000));
    let error = refused(|| policy.require(Rights::ALL).run(|| ()))?;
    says(&error, &["ABI 1000", "all threads"]);
    let ErrorKind::Required(required) = error.kind() else { return Err(error.into()) };
    assert_eq!(required.missing, Rights::ALL - known(abi()));
    Ok(())
}
