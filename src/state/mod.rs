//! What one run remembers for the next: who the engines of agents are, and what their clocks say. No keys.
//!
//! With it, a second `snmpget -v3` needs one round trip instead of two. Everything that is remembered is a hint: the
//! exchange itself proves it or does without, so that whatever became of the files costs a round trip and nothing else.
//! For the same reason nothing here is worth failing or waiting for.
//!
//! A tool takes [`EngineCache::locate`], asks it with [`EngineCache::find`] before the session begins, and hands what
//! [`Engine::known_engine`](crate::engine::Engine::known_engine) says to [`EngineCache::keep`] when it is over.

mod agent_key;
mod engines;
mod entry;

pub use agent_key::AgentKey;
pub use engines::{EngineCache, Kept, NotKept};
pub use entry::Moment;

#[cfg(test)]
mod tests;
