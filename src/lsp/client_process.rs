//! Whether the client is still there. A client that dies without a word may leave the pipe open: a child of its own can
//! have inherited the other end.

use std::time::Duration;

use tokio::sync::watch;

/// How often to look.
const EVERY: Duration = Duration::from_secs(1);

/// Returns when the client's process, once it has named it, is gone.
pub(super) async fn gone(mut process: watch::Receiver<Option<u32>>) {
    let Some(id) = process
        .wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|id| *id)
    else {
        return std::future::pending().await;
    };
    let Some(client) = Process::find(id) else {
        // Another machine's, or in another container: nothing to be seen of it from here.
        tracing::warn!("the client's process {id} cannot be watched");
        return std::future::pending().await;
    };
    while client.is_alive() {
        tokio::time::sleep(EVERY).await;
    }
    tracing::warn!("the client's process {id} is gone");
}

#[cfg(unix)]
struct Process {
    id: rustix::process::Pid,
    /// A dead parent is noticed even where it stays as a zombie, or its number is given to another.
    is_parent: bool,
}

#[cfg(unix)]
impl Process {
    fn find(id: u32) -> Option<Self> {
        let id = rustix::process::Pid::from_raw(i32::try_from(id).ok()?)?;
        let found = Self {
            id,
            is_parent: rustix::process::getppid() == Some(id),
        };
        found.is_alive().then_some(found)
    }

    fn is_alive(&self) -> bool {
        if self.is_parent {
            return rustix::process::getppid() == Some(self.id);
        }
        // Not being allowed to signal it proves that it is there.
        rustix::process::test_kill_process(self.id) != Err(rustix::io::Errno::SRCH)
    }
}

/// Elsewhere the end of the pipe has to do.
#[cfg(not(unix))]
struct Process;

#[cfg(not(unix))]
impl Process {
    fn find(_: u32) -> Option<Self> {
        None
    }

    fn is_alive(&self) -> bool {
        true
    }
}
