//! What the rules of a ruleset are on: not the paths, but the very objects that these led to. Opened objects come in; what leaves is
//! an answer: whether one ruleset allows no more than another.

use super::inode::has_one_inode_for_a_number;
use super::sys;
use crate::policy::Rights;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::fs::MetadataExt as _;

/// The objects of all rules, in their order, with what each allows. None where one of them cannot be told from others.
#[derive(Clone, Debug)]
pub(crate) struct Objects(Option<Vec<Object>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Object {
    device: u64,
    inode: u64,
    rights: Rights,
}

impl Object {
    /// What a descriptor is open on, if its numbers are its own. What a file system in user space says of itself is nothing to
    /// rely on.
    fn of(descriptor: BorrowedFd<'_>, rights: Rights) -> io::Result<Option<Object>> {
        let file = File::from(descriptor.try_clone_to_owned()?);
        let about = file.metadata()?;
        let has_one_name = about.is_dir() || about.nlink() == 1;
        let is_told_apart = if has_one_name {
            sys::file_system(file.as_fd())? != sys::FUSE
        } else {
            has_one_inode_for_a_number(file.as_fd())?
        };
        Ok(is_told_apart.then_some(Object { device: about.dev(), inode: about.ino(), rights }))
    }

    fn allows_no_more_than(self, other: Object) -> bool {
        (self.device, self.inode) == (other.device, other.inode) && other.rights.contains(self.rights)
    }
}

impl Objects {
    /// They were not looked at.
    pub(crate) const UNKNOWN: Objects = Objects(None);
    /// No rule is on any.
    pub(super) const NO_RULE: Objects = Objects(Some(Vec::new()));

    /// Adds the object of a rule, unless they are unknown anyway.
    pub(super) fn add(&mut self, descriptor: BorrowedFd<'_>, rights: Rights) {
        if self.0.is_some() {
            self.look_at(descriptor, rights);
        }
    }

    /// One that cannot be asked about is unknown, and so are they all.
    #[cold]
    fn look_at(&mut self, descriptor: BorrowedFd<'_>, rights: Rights) {
        match (Object::of(descriptor, rights), &mut self.0) {
            (Ok(Some(object)), Some(objects)) => objects.push(object),
            _ => self.0 = None,
        }
    }

    /// Whether all that is allowed on these objects is allowed on those, each by one rule.
    pub(crate) fn allow_no_more_than(&self, others: &Objects) -> bool {
        let (Some(objects), Some(others)) = (&self.0, &others.0) else { return false };
        // Two of one policy stand in the same order, but for what was skipped: the next is where the last was found.
        let mut next = 0;
        objects.iter().all(|object| {
            let mut all = (next..others.len()).chain(0..next);
            let found = all.find(|at| object.allows_no_more_than(others[*at]));
            next = found.map_or(next, |found| found + 1);
            found.is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Right;
    use std::fs;
    use std::path::Path;

    fn objects(rules: &[(&Path, Rights)]) -> Objects {
        let mut objects = Objects::NO_RULE;
        for (path, rights) in rules {
            objects.add(File::open(path).expect("it is there").as_fd(), *rights);
        }
        objects
    }

    #[test]
    fn objects_are_compared_and_not_paths() {
        let below = std::env::temp_dir().join(format!("landlock-objects-{}", std::process::id()));
        let [one, two, link] = ["one", "two", "link"].map(|name| below.join(name));
        for directory in [&one, &two] {
            fs::create_dir_all(directory).expect("a directory");
        }
        std::os::unix::fs::symlink("one", &link).expect("a link");
        let (read, write) = (Rights::READ, Rights::WRITE);
        let both = objects(&[(&one, read), (&two, write)]);
        assert!(both.allow_no_more_than(&objects(&[(&two, write), (&link, read)])));
        assert!(both.allow_no_more_than(&objects(&[(&two, write), (&one, write), (&one, read)])));
        assert!(!objects(&[(&one, read), (&one, write)]).allow_no_more_than(&objects(&[(&one, read)])));
        assert!(objects(&[(&one, Right::ReadFile.into()), (&one, read)]).allow_no_more_than(&objects(&[(&one, read)])));
        assert!(!both.allow_no_more_than(&objects(&[(&one, read)])));
        assert!(!both.allow_no_more_than(&Objects::UNKNOWN) && !Objects::UNKNOWN.allow_no_more_than(&both));
        assert!(!Objects::UNKNOWN.allow_no_more_than(&Objects::UNKNOWN));
        assert!(Objects::NO_RULE.allow_no_more_than(&both) && !both.allow_no_more_than(&Objects::NO_RULE));
        fs::remove_file(&link).expect("it is there");
        std::os::unix::fs::symlink("two", &link).expect("a link");
        assert!(!objects(&[(&one, read)]).allow_no_more_than(&objects(&[(&link, read)])));
        fs::remove_dir_all(below).expect("it is there");
    }

    /// Not on an overlay; but here it is one.
    #[test]
    fn a_file_with_two_names_is_one_file() {
        let below = std::env::temp_dir().join(format!("landlock-objects-names-{}", std::process::id()));
        fs::create_dir_all(&below).expect("a directory");
        let file = below.join("file");
        fs::write(&file, "").expect("a file");
        let of_file = || objects(&[(&file, Right::ReadFile.into())]);
        assert!(of_file().allow_no_more_than(&of_file()));
        let other = below.join("other");
        fs::hard_link(&file, &other).expect("a second name");
        let is_one =
            has_one_inode_for_a_number(File::open(&file).expect("it is there").as_fd()).expect("it can be asked");
        assert_eq!(of_file().allow_no_more_than(&objects(&[(&other, Right::ReadFile.into())])), is_one);
        fs::remove_dir_all(below).expect("it is there");
    }
}
