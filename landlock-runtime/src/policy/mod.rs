//! What a program asks for: the builder. Values come in as the user wrote them; what leaves is a list of grants,
//! the rights to handle, and the defects that only a run can show. Nothing here looks at the kernel or at a path.

mod defect;
mod display;
mod expand;
mod grant_on;
mod grants;
mod options;
mod own;
mod path;
mod port;
mod require;
mod right;
mod skipped;
mod wrappers;

pub use defect::PolicyError;
pub(crate) use defect::{about, advise};
pub use grant_on::GrantOn;
pub use options::Threads;
pub use path::{Each, OnePath, PathRule, Paths, each};
pub use port::Ports;
pub use require::Require;
pub use right::{Feature, Right, Rights};
#[cfg(unix)]
pub use wrappers::fd;
pub use wrappers::{ensure_dir, ensure_file, expand, literal, nofollow, optional};

use crate::kernel::{known_by, since};
use expand::{Expanded, Template};
pub(crate) use options::{Log, Options};
pub(crate) use path::{Identity, Opening};
pub(crate) use require::Requirement;
pub(crate) use skipped::Skipped;
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

/// A sandbox policy: everything that Landlock can restrict at ABI 10 is denied, but for what is granted here.
///
/// [`#[sandbox]`](crate::sandbox) and [`policy!`](crate::policy) expand to calls of these same methods. A policy does
/// nothing until it is enforced: by [`restrict_process`](Policy::restrict_process),
/// [`restrict_thread`](Policy::restrict_thread) or [`run`](Policy::run), at once or [prepared](Policy::prepare) before; or on
/// child programs, by [`apply_to`](Policy::apply_to) or [`spawn`](Policy::spawn).
///
/// ```no_run
/// use landlock_runtime::{Feature, Policy, optional};
///
/// let enforcement = Policy::new()
///     .read("/etc")
///     .read(optional("/opt/share"))
///     .net_connect(443)
///     .require(Feature::Fs)
///     .restrict_process()?;
/// println!("{enforcement}");
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a policy restricts nothing until it is enforced"]
pub struct Policy {
    /// Shared: the record of a layer keeps them, too.
    pub(crate) terms: Arc<Terms>,
}

/// The terms are shared until one of the two says more.
impl Clone for Policy {
    #[inline]
    fn clone(&self) -> Policy {
        // What copies them is a large part of a small program, so it is only in programs that clone policies.
        let _ = self.terms.copy.set(Terms::clone);
        self.for_a_record()
    }
}

/// What a policy says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    pub(crate) paths: Vec<PathRule>,
    pub(crate) ports: Vec<PortGrant>,
    pub(crate) options: Options,
    /// The rights that this policy itself grants somewhere, whatever it includes.
    named: Rights,
    /// The keys that it grants them with on nothing: an iterable was empty.
    on_nothing: Vec<(&'static str, Rights)>,
    unrestricted: Rights,
    requirement: Option<Requirement>,
    /// How its templates are expanded, if it has any.
    template: Option<&'static Template>,
    /// What the landlockconfig files that this policy comes from leave to everybody.
    pub(crate) unhandled_by_files: Rights,
    /// What the included policies loosen: an error unless this policy says the same.
    included: Vec<Loosened>,
    defects: Vec<PolicyError>,
    /// How they are copied: known once a policy was cloned.
    copy: OnceLock<fn(&Terms) -> Terms>,
}

/// Rights on a range of ports, and the key that granted them.
#[derive(Clone, Debug)]
pub(crate) struct PortGrant {
    pub(crate) key: &'static str,
    pub(crate) ports: RangeInclusive<u16>,
    pub(crate) rights: Rights,
    pub(crate) origin: Origin,
}

/// Whose word a grant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// That of the policy itself.
    Written,
    /// That of a policy which it includes.
    Included,
    /// Nobody's: the key needs it.
    Implied,
}

/// Where a policy asks for less than the default, or for something else to be enforced.
#[derive(Clone, Copy, Debug)]
struct Loosened {
    unrestricted: Rights,
    requirement: Option<Requirement>,
    abi: Option<u32>,
    new_threads_only: bool,
    keep_privileges: bool,
    /// Adds what the includer does not say as well: a function, so that a program which includes nothing is built without it.
    unsaid_by: fn(&Loosened, &Terms, &mut Vec<PolicyError>),
}

impl Loosened {
    #[inline]
    fn of(terms: &Terms) -> Loosened {
        let Options { abi, new_threads_only, keep_privileges, .. } = terms.options;
        let Terms { unrestricted, requirement, .. } = *terms;
        let unsaid_by = Loosened::add_unsaid;
        Loosened { unrestricted, requirement, abi, new_threads_only, keep_privileges, unsaid_by }
    }

    #[inline]
    fn add_unsaid(&self, includer: &Terms, unsaid: &mut Vec<PolicyError>) {
        let rights = self.unrestricted - includer.unrestricted;
        if !rights.is_empty() {
            unsaid.push(PolicyError::IncludedUnrestricted { rights });
        }
        let mut say = |key, value| unsaid.push(PolicyError::IncludedOption { key, value });
        if let Some(mut required) = self.requirement {
            let said = includer.requirement;
            if !said.is_some_and(|said| said.covers(&required)) {
                required.add_all(&said.unwrap_or_default());
                say("require", display::requirement(&required));
            }
        }
        if let Some(abi) = self.abi.filter(|abi| includer.options.abi.is_none_or(|ceiling| ceiling > *abi)) {
            say("abi", abi.to_string());
        }
        if self.new_threads_only && !includer.options.new_threads_only {
            say("threads", "new".to_owned());
        }
        if self.keep_privileges && !includer.options.keep_privileges {
            say("no_new_privs", "false".to_owned());
        }
    }
}

impl Policy {
    /// The policy that grants nothing.
    pub fn new() -> Policy {
        Policy::default()
    }

    /// To say more; what is shared is copied first.
    pub(crate) fn terms_mut(&mut self) -> &mut Terms {
        if Arc::strong_count(&self.terms) > 1 {
            self.copy_terms();
        }
        Arc::get_mut(&mut self.terms).expect("nobody else has it")
    }

    #[cold]
    fn copy_terms(&mut self) {
        let copy = self.terms.copy.get().expect("what is shared was cloned");
        self.terms = Arc::new(copy(&self.terms));
    }

    /// The same policy, which will say no more.
    pub(crate) fn for_a_record(&self) -> Policy {
        Policy { terms: Arc::clone(&self.terms) }
    }
}

/// What the stages after this one ask.
impl Policy {
    /// A policy that cannot be enforced, of which only this is known.
    #[inline]
    pub(crate) fn defective(defect: PolicyError) -> Policy {
        Policy { terms: Arc::new(Terms { defects: vec![defect], ..Terms::default() }) }
    }

    /// All that is wrong with the policy before the kernel is asked.
    #[cfg(any(test, feature = "landlockconfig"))]
    pub(crate) fn defects(&self) -> Vec<PolicyError> {
        self.clone().take_defects()
    }

    /// The same; what is wrong by itself is moved out, and not copied.
    pub(crate) fn take_defects(&mut self) -> Vec<PolicyError> {
        let is_fine = self.terms.defects.is_empty();
        let mut defects = if is_fine { Vec::new() } else { std::mem::take(&mut self.terms_mut().defects) };
        let Terms { unrestricted, requirement, included, .. } = &*self.terms;
        for (key, rights) in self.named_keys() {
            if let Some(defect) = PolicyError::of_grant(key, rights, *unrestricted) {
                defects.push(defect);
            }
        }
        for included in included {
            (included.unsaid_by)(included, &self.terms, &mut defects);
        }
        if let Some(requirement) = requirement {
            let moot = requirement.rights - self.handled();
            if !moot.is_empty() {
                defects.push(PolicyError::RequiredUnrestricted { rights: moot });
            }
        }
        defects.dedup();
        defects
    }

    /// What this policy restricts on a kernel that knows all of it: no more than its own `abi` does.
    pub(crate) fn asked(&self) -> Rights {
        self.handled() & self.terms.options.abi.map_or(Rights::ALL, known_by)
    }

    /// The grants of which the policy's own `abi` leaves nothing. An export may leave them out, so they are no defects there.
    pub(crate) fn above_abi(&self) -> Vec<PolicyError> {
        let mut defects = Vec::new();
        let Some(abi) = self.terms.options.abi.filter(|abi| *abi > 0) else { return defects };
        for (key, rights) in self.named_keys() {
            let needs = rights.iter().map(since).min().and_then(|needs| needs.try_into().ok());
            if let (true, Some(needs)) = ((rights & known_by(abi)).is_empty(), needs) {
                defects.push(PolicyError::AboveAbi { key, needs, abi });
            }
        }
        defects
    }

    /// Whether it only grants, on what needs no look at the environment: so there is nothing that a run would find wrong.
    pub(crate) fn only_grants(&self) -> bool {
        let Terms { unrestricted, requirement, template, included, defects, options, .. } = &*self.terms;
        let asks_for_less = !unrestricted.is_empty() || requirement.is_some() || options.abi.is_some();
        !asks_for_less && template.is_none() && included.is_empty() && defects.is_empty()
    }

    /// The policy with its templates expanded, if it has any.
    pub(crate) fn expanded(self) -> Expanded {
        match self.terms.template {
            None => Ok((self, Vec::new())),
            Some(Template { expand, .. }) => expand(self),
        }
    }

    /// For the record of its layer, which is for good: without the descriptors that would stay open with it.
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there are none"))]
    pub(crate) fn without_descriptors(mut self) -> Policy {
        #[cfg(unix)]
        {
            let is_open = |rule: &PathRule| matches!(rule.opening, Opening::Descriptor(_));
            let Terms { paths, options, .. } = &*self.terms;
            if paths.iter().any(is_open) || options.quiet.paths.iter().any(is_open) {
                let Terms { paths, options, .. } = self.terms_mut();
                let rules = paths.iter_mut().chain(&mut options.quiet.paths);
                rules.filter(|rule| is_open(rule)).for_each(|rule| rule.opening = Opening::Follow);
            }
        }
        self
    }

    /// What must be enforced, by the policy's own word or by default.
    pub(crate) fn requirement(&self) -> Requirement {
        self.terms.requirement.unwrap_or_else(|| {
            let handled = self.handled();
            let kept = if self.keeps_refer(handled) { Right::Refer.into() } else { Rights::EMPTY };
            Requirement::default_for(handled - kept, self.named())
        })
    }

    pub(crate) fn says_require(&self) -> bool {
        self.terms.requirement.is_some()
    }

    /// Whether it says itself what must be enforced, and that is not nothing.
    pub(crate) fn requires_something(&self) -> bool {
        self.terms.requirement.is_some_and(|requirement| requirement != Requirement::default())
    }

    /// Whether `refer` is handled only to be allowed everywhere, where the policy restricts these rights: a layer that restricts
    /// anything on paths denies it otherwise, and so does any layer as soon as another one restricts files. What is included
    /// does not change that: it may well grant `refer`, in a policy that restricts files.
    ///
    /// The policy leaves `refer` unrestricted, and restricts other rights on paths; or it restricts nothing on files but `refer`.
    pub(crate) fn keeps_refer(&self, restricted: Rights) -> bool {
        let refer = Rights::from(Right::Refer);
        if self.terms.unrestricted.contains(refer) {
            let is_known = self.terms.options.abi.is_none_or(|abi| known_by(abi).contains(refer));
            return is_known && !(restricted & Rights::ON_PATHS).is_empty();
        }
        restricted.contains(refer) && self.handled() & Rights::ON_FILES == refer && !self.named().contains(refer)
    }

    /// The rights that this policy itself grants somewhere, whatever it includes.
    pub(crate) fn named(&self) -> Rights {
        self.terms.named
    }

    /// The keys that this policy itself grants with, each once.
    fn named_keys(&self) -> Vec<(&'static str, Rights)> {
        let Terms { paths, ports, on_nothing, .. } = &*self.terms;
        let mut keys = on_nothing.clone();
        let mut add = |origin, key, rights| {
            if origin == Origin::Written && !keys.contains(&(key, rights)) {
                keys.push((key, rights));
            }
        };
        for grant in paths {
            add(grant.origin, grant.key, grant.rights);
        }
        for grant in ports {
            add(grant.origin, grant.key, grant.rights);
        }
        keys
    }
}
