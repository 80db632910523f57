//! After a good run: nothing of it stays on the hosts.

use std::collections::BTreeSet;
use std::time::Duration;

use super::core::Core;
use super::hosts::Link;

/// Cleaning one host may take so long; it is not worth more.
const LIMIT: Duration = Duration::from_secs(30);

impl Core<'_> {
    /// Removes the run's folders. What cannot be reached stays, and a later run removes it after fourteen days.
    pub(super) fn clean(&self, pool: &rayon::ThreadPool) {
        let used: BTreeSet<(usize, bool)> = {
            let board = self.board();
            let attempted = self.plan.tasks.iter().zip(&board.memories).filter(|(_, memory)| memory.attempts > 0);
            attempted.map(|(task, _)| (task.host, task.root)).collect()
        };
        pool.scope(|scope| {
            for (host, root) in used {
                let slot = &self.slots[host];
                if matches!(*slot.link(), Link::Failed(_)) {
                    continue;
                }
                scope.spawn(move |_| {
                    // Best effort by design: the result of the run stands.
                    let _ = slot.remote(self.emitter.run.as_str(), root).clean(&self.last_control(LIMIT));
                });
            }
        });
    }

    /// Ends all sessions.
    pub(super) fn close(&self) {
        for slot in &self.slots {
            if matches!(*slot.link(), Link::Up) {
                slot.host.close();
            }
        }
    }
}
