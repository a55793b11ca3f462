//! A thread that nothing restricts: it changes the world, and answers what a fresh layer allows.

use crate::world::World;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};

type Task<'s> = Box<dyn FnOnce(&mut World) + Send + 's>;

/// Where tasks are handed to it. It ends when this does.
pub(crate) struct Servant<'s>(Sender<Task<'s>>);

impl<'s> Servant<'s> {
    pub(crate) fn start<'e>(scope: &'s Scope<'s, 'e>, mut world: World) -> (Servant<'s>, ScopedJoinHandle<'s, World>) {
        let (tasks, work): (Sender<Task<'s>>, Receiver<Task<'s>>) = channel();
        let serving = scope.spawn(move || {
            for task in work {
                task(&mut world);
            }
            world
        });
        (Servant(tasks), serving)
    }

    /// Has it done there, and waits.
    pub(crate) fn ask<T: Send + 's>(&self, task: impl FnOnce(&mut World) -> T + Send + 's) -> T {
        let (answer, answered) = channel();
        let task = move |world: &mut World| answer.send(task(world)).expect("who asked waits");
        self.0.send(Box::new(task)).expect("it serves until this ends");
        answered.recv().expect("it answers")
    }
}
