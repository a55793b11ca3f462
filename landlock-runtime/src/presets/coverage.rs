//! Where a program that is built for coverage writes its profile.

use crate::kernel::is_privileged_start;
use crate::policy::{PathRule, Policy, PolicyError, Right, Rights, optional};
use std::env;
use std::path::{Path, PathBuf};

/// Writing the profile of a program that was built with `-C instrument-coverage`, which is lost without a word otherwise.
///
/// * `read_file`, `write_file`, `truncate` and `make_reg`: the directory in `LLVM_PROFILE_FILE`, or the working directory
///   where that variable is not set. Up to the first name with a `%` in it, which the profiler replaces; `make_dir`, where
///   there is one.
///
/// The directory must exist. **It trusts the environment**: whoever sets the variable chooses what may be written. So it is
/// for builds that measure coverage, which a Cargo feature of the program can tell, and for no others. The root directory is an error, and so is a set-user-id program
/// for which the variable is set.
///
/// The profile is written when the program ends, under what restricts the process by then: a program that only restricts
/// single threads needs no grant. A process of `isolate = process` ends without writing one.
///
/// ```
/// use landlock_runtime::{Policy, presets};
///
/// let mut policy = Policy::new().read("/etc");
/// # const IS_MEASURED: bool = true;
/// if IS_MEASURED {
///     policy = policy.include(&presets::coverage());
/// }
/// # let _ = policy;
/// ```
#[inline]
pub fn coverage() -> Policy {
    const VARIABLE: &str = "LLVM_PROFILE_FILE";
    let named = env::var_os(VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
    if named.is_some() && is_privileged_start() {
        return Policy::defective(PolicyError::SetUserId { key: "grant", path: format!("${VARIABLE}").into() });
    }
    written_to(named.as_deref().unwrap_or(Path::new("")), &env::current_dir().unwrap_or_default())
}

#[inline]
fn written_to(name: &Path, working: &Path) -> Policy {
    let is_replaced = |part: &std::path::Component<'_>| part.as_os_str().as_encoded_bytes().contains(&b'%');
    let directories = name.parent().unwrap_or(Path::new(""));
    let fixed: PathBuf = directories.components().take_while(|part| !is_replaced(part)).collect();
    let mut rights = Rights::of(&[Right::ReadFile, Right::WriteFile, Right::Truncate, Right::MakeReg]);
    if directories.components().any(|part| is_replaced(&part)) {
        rights |= Right::MakeDir.into();
    }
    Policy::new().grant(rights, optional(PathRule::chosen(&working.join(fixed))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directory_is_that_of_the_profile() {
        for (name, directory, makes_directories) in [
            ("", "/work", false),
            ("default.profraw", "/work", false),
            ("default_%m_%p.profraw", "/work", false),
            ("/target/cov/x-%p-%8m.profraw", "/target/cov", false),
            ("target/cov/x.profraw", "/work/target/cov", false),
            ("/target/%h/%p/x.profraw", "/target", true),
            ("%t/x.profraw", "/work", true),
            ("/x.profraw", "/", false),
        ] {
            let policy = written_to(Path::new(name), Path::new("/work"));
            let [grant] = &policy.terms.paths[..] else { panic!("{policy:?}") };
            assert_eq!(
                (grant.path(), grant.rights.contains(Right::MakeDir)),
                (Path::new(directory), makes_directories)
            );
            assert!(grant.expanded && grant.optional, "{grant:?}");
        }
    }
}
