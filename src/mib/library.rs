//! Where the names of a run come from: the built-in image, and the user's modules beside it.

use super::view::View;

/// The names of a run.
///
/// Built once from the settings; a name with a module before it (`IF-MIB::ifDescr`) may bring that module later on, so
/// what is known only grows.
#[derive(Clone, Debug, Default)]
pub struct Library {
    view: View,
}

impl Library {
    /// What is built in and nothing else.
    pub fn core() -> Self {
        Self::of(View::core())
    }

    /// A view that does not grow, except by modules of its own image.
    pub const fn of(view: View) -> Self {
        Self { view }
    }

    /// The names that count now.
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// Sees to it that a module counts, which somebody has named; what it imports from counts then, too.
    ///
    /// # Errors
    ///
    /// There is no such module.
    pub fn require(&mut self, module: &str) -> Result<(), NoSuchModule> {
        if self.view.module(module).is_some() {
            return Ok(());
        }
        let image = self.view.image();
        let found = image.module(module).ok_or_else(|| NoSuchModule { module: module.to_owned() })?;
        self.view = self.view.with(found);
        Ok(())
    }
}

/// A module that no file and no image has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("Cannot find module ({module})")]
pub struct NoSuchModule {
    /// Its name.
    pub module: String,
}
