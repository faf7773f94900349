//! The run itself: a fleet, and one printer for all of its agents.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    io,
    pin::{Pin, pin},
    time::Duration,
};

use tokio::{runtime, task, time};

use super::{Plan, Whom, bar::Bar, tally::Tally};
use crate::{
    cli::args::Format,
    codec::Version,
    engine::KnownEngine,
    operation::Operation,
    output::{EndReason, ErrorCode},
    session::fleet::{Beginning, Ended, Fleet, FleetEvent, FleetSettings, FleetTarget},
    state::Note,
    tool::{
        Context, Ending, Records, Target, ToolError,
        exchange::{Cut, Exchange, GATHERING, Stop, Task, interrupted},
        log,
        printer::{OutputLost, Printer, Section, Spent, Urgency, Written},
        target::{self, About},
        trouble,
    },
};

/// Items that are kept while they wait for other agents' turn, rows counted by their cells; no further agent is begun while
/// there are more.
const KEPT_ITEMS: usize = 1_000_000;

/// How often the line on the terminal is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(250);

/// Engines that are remembered together: one after another they would take more time than the answers do.
const NOTES: usize = 8_192;

/// Which results may stand between which.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Grouping {
    /// Each as it comes.
    Free,
    /// An agent's together, as soon as it has ended: a JSON document is one agent's, and so is a table.
    ByAgent,
    /// An agent's together, in the order of the list.
    InOrder,
}

/// What the fleet takes its targets from, and the rest of the run needs too.
struct World<'a> {
    context: &'a mut Context,
    plan: Plan,
    /// What was remembered of the engines of agents under way.
    remembered: HashMap<usize, KnownEngine>,
    /// What is to be remembered of those that are over.
    notes: Vec<Note>,
}

type Item<T> = <<T as Task>::Operation as Operation>::Item;

/// An agent under way, or one that waits for its turn to be printed.
struct Guest<T: Task> {
    task: T,
    section: Section,
    held: Vec<Item<T>>,
    /// What the items that are held count among those that are kept.
    weight: usize,
    ended: Option<Box<Ended<T::Operation>>>,
}

/// The agents and what is printed of them.
struct Party<'a, 'w, T: Task, F> {
    world: &'a RefCell<World<'w>>,
    task: F,
    printer: Printer,
    grouping: Grouping,
    guests: BTreeMap<usize, Guest<T>>,
    /// The first agent that is not over, where they are printed in order.
    head: usize,
    /// Agents that are over, by their place.
    is_over: Vec<bool>,
    kept: usize,
    tally: Tally,
    bar: Bar,
    /// What people are told of agents that were cut short.
    notice: Option<&'static str>,
}

/// Asks every agent of the plan.
pub(super) fn run<T: Task>(
    context: &mut Context,
    plan: Plan,
    operation: impl Fn(Whom<'_>) -> T::Operation,
    task: impl Fn() -> T,
) -> Result<Ending, ToolError>
where
    T::Operation: Send + 'static,
    Item<T>: Send,
    <T::Operation as Operation>::Error: Send,
{
    let mut printer = Printer::new(context, "")?;
    // The header that all share is of no version.
    printer.for_many(T::RECORDS, |printer| task().prepare(Version::V2c, printer));
    let name = context.name;
    let local = |error: io::Error| ToolError::Local(format!("{name}: cannot start: {}", log::reason(&error)));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(local)?;
    let grouping = grouping(plan.args.ordered, T::RECORDS, context.output.format);
    let agents = plan.members.len();
    let world = RefCell::new(World { context, plan, remembered: HashMap::new(), notes: Vec::new() });
    let settings = fleet_settings(&mut world.borrow_mut())?;
    let party = Party {
        world: &world,
        task,
        printer,
        grouping,
        guests: BTreeMap::new(),
        head: 0,
        is_over: vec![false; agents],
        kept: 0,
        tally: Tally::default(),
        bar: Bar::new(agents),
        notice: None,
    };
    let targets = (0..agents).map(|number| {
        let World { context, plan, remembered, .. } = &mut *world.borrow_mut();
        let (target, settings) =
            plan.opening(context, number).expect("every target was looked at when the list was read");
        remembered.extend(target.remembered.map(|known| (number, known)));
        let operation = operation(Whom { spec: &target.spec, version: plan.version(number) });
        FleetTarget { spec: target.spec, settings, operation }
    });
    let ended = runtime.block_on(party.run(Fleet::new(targets, settings)));
    // Names may still be looked up, which nothing can stop; nobody waits for it.
    runtime.shutdown_background();
    Ok(ended.unwrap_or_else(OutputLost::ending))
}

const fn grouping(is_ordered: bool, records: Records, format: Format) -> Grouping {
    match (is_ordered, records, format) {
        (true, ..) => Grouping::InOrder,
        (false, Records::Rows, _) | (false, _, Format::Json) => Grouping::ByAgent,
        (
            false,
            Records::Bindings,
            Format::Text | Format::Ndjson | Format::Csv | Format::Table | Format::Vertical,
        ) => Grouping::Free,
    }
}

/// The sockets are as the settings of the whole run have them.
fn fleet_settings(world: &mut World<'_>) -> Result<FleetSettings, ToolError> {
    let World { context, plan, .. } = world;
    let mut settings = FleetSettings::default();
    settings.jobs = plan.args.jobs.unwrap_or(settings.jobs);
    // A target of any sort that has a host: that is what the sockets are for.
    let any = Target {
        spec: crate::server_spec::ServerSpec::parse("localhost").expect("a host's name"),
        host: String::new(),
        remembered: None,
    };
    settings.transport = any.session_settings(context)?.transport;
    Ok(settings)
}

impl<T: Task, F: Fn() -> T> Party<'_, '_, T, F>
where
    T::Operation: Send + 'static,
    Item<T>: Send,
    <T::Operation as Operation>::Error: Send,
{
    async fn run<I>(mut self, mut fleet: Fleet<I, T::Operation>) -> Result<Ending, OutputLost>
    where
        I: Iterator<Item = FleetTarget<T::Operation>>,
    {
        let cut = self.print_all(&mut fleet).await?;
        if let Some(cut) = cut {
            self.bar.end();
            self.printer.leave()?;
            self.cut(cut, &mut fleet)?;
        }
        self.bar.beside(|| self.printer.finish())?;
        self.say_what_was_said();
        let Self { world, tally, bar, notice, .. } = self;
        drop(bar);
        let World { context, notes, .. } = &*world.borrow();
        target::remember_all(notes, context);
        if cut == Some(Cut::Deadline) {
            log::say(&trouble::of_deadline(context).text);
        }
        if let Some(notice) = notice {
            log::say(&format!("{}: {notice}", context.name));
        }
        if let Some(summary) = tally.summary() {
            log::say(&format!("{}: {summary}", context.name));
        }
        Ok(if cut == Some(Cut::Interrupted) { Ending::Interrupted } else { tally.ending() })
    }

    /// Prints what comes of every agent until none comes any more, or the run is cut short.
    async fn print_all<I>(&mut self, fleet: &mut Fleet<I, T::Operation>) -> Result<Option<Cut>, OutputLost>
    where
        I: Iterator<Item = FleetTarget<T::Operation>>,
    {
        let deadline = self.world.borrow().context.common.session.deadline;
        let mut interrupted = pin!(interrupted());
        let mut deadline = pin!(async {
            match deadline {
                Some(deadline) => time::sleep(deadline.into()).await,
                None => std::future::pending().await,
            }
        });
        let mut gathering: Option<Pin<Box<time::Sleep>>> = None;
        let mut ticks = time::interval(TICK);
        loop {
            let mut is_blocked = false;
            let is_due = gathering.as_ref().is_some_and(|gathering| gathering.is_elapsed());
            if self.printer.is_full() || is_due || self.printer.waits() == Some(Urgency::Now) {
                gathering = None;
                is_blocked = self.bar.beside(|| self.printer.write())? == Written::Blocked;
            }
            if self.printer.waits().is_some() && gathering.is_none() {
                gathering = Some(Box::pin(time::sleep(GATHERING)));
            }
            // A reader who is behind holds up what fills the buffer, and neither the deadline nor Ctrl-C.
            let waits_for_reader = is_blocked && self.printer.is_full();
            let ready = if waits_for_reader { None } else { fleet.try_next() };
            let event = if let Some(event) = ready {
                event
            } else {
                tokio::select! {
                    biased;
                    () = &mut interrupted => return Ok(Some(Cut::Interrupted)),
                    () = &mut deadline => return Ok(Some(Cut::Deadline)),
                    event = fleet.next(), if !waits_for_reader => match event {
                        Some(event) => event,
                        None => return Ok(None),
                    },
                    _ = ticks.tick(), if self.bar.is_there() => {
                        self.bar.show(self.tally.hosts(), self.tally.failures());
                        continue;
                    }
                    () = elapsed(gathering.as_mut()), if gathering.is_some() => continue,
                    () = task::yield_now(), if waits_for_reader => continue,
                }
            };
            self.take(event)?;
            self.bar.show(self.tally.hosts(), self.tally.failures());
            self.say_what_was_said();
            let is_much_kept = self.kept > KEPT_ITEMS;
            fleet.set_beginning(if is_much_kept { Beginning::HeldBack } else { Beginning::Allowed });
        }
    }

    fn take(&mut self, event: FleetEvent<T::Operation>) -> Result<(), OutputLost> {
        match event {
            FleetEvent::Item { host, item } => {
                let is_live = match self.grouping {
                    Grouping::Free => true,
                    Grouping::ByAgent => false,
                    Grouping::InOrder => host == self.head,
                };
                let weight = T::weight(&item);
                let guest = self.guest(host);
                guest.held.push(item);
                guest.weight += weight;
                self.kept += weight;
                if is_live { self.print_held(host) } else { Ok(()) }
            }
            FleetEvent::Ended { host, ended } => {
                self.guest(host).ended = Some(ended);
                if self.grouping != Grouping::InOrder {
                    return self.conclude(host);
                }
                while self.guests.get(&self.head).is_some_and(|guest| guest.ended.is_some()) {
                    self.conclude(self.head)?;
                    self.head += 1;
                }
                self.print_held(self.head)
            }
        }
    }

    fn guest(&mut self, host: usize) -> &mut Guest<T> {
        let Self { guests, world, task, printer, .. } = self;
        guests.entry(host).or_insert_with(|| {
            let World { context, plan, .. } = &mut *world.borrow_mut();
            let (name, profile) = (plan.members[host].host.clone(), plan.members[host].profile);
            let denial = plan.profiles[profile]
                .usm
                .is_some()
                .then(|| plan.as_profile(context, profile, |context| trouble::of_denial(context, &name)));
            let mut section = Section::new(&name, denial.flatten());
            let mut task = task();
            printer.turn_to(&mut section);
            task.prepare(plan.version(host), printer);
            printer.turn_to(&mut section);
            Guest { task, section, held: Vec::new(), weight: 0, ended: None }
        })
    }

    /// Prints the items of an agent that wait.
    fn print_held(&mut self, host: usize) -> Result<(), OutputLost> {
        let Some(guest) = self.guests.get_mut(&host) else { return Ok(()) };
        self.kept -= std::mem::take(&mut guest.weight);
        self.printer.turn_to(&mut guest.section);
        let taken = guest.held.drain(..).try_for_each(|item| guest.task.take(item, &mut self.printer));
        self.printer.turn_to(&mut guest.section);
        taken
    }

    /// Prints all that is left of an agent that has ended.
    fn conclude(&mut self, host: usize) -> Result<(), OutputLost> {
        self.print_held(host)?;
        let Some(Guest { task, mut section, ended: Some(mut ended), .. }) = self.guests.remove(&host) else {
            return Ok(());
        };
        self.is_over[host] = true;
        let World { context, plan, remembered, notes } = &mut *self.world.borrow_mut();
        let target = Target { remembered: remembered.remove(&host), ..plan.target(host) };
        let stop = match std::mem::replace(&mut ended.result, Ok(())) {
            Ok(()) => Stop::Done,
            Err(error) => Stop::Failed(error),
        };
        let printer = &mut self.printer;
        printer.turn_to(&mut section);
        let profile = plan.members[host].profile;
        let ending = plan.as_profile(context, profile, |context| {
            match ended.known_engine {
                Some(known) => notes.extend(target.note(known, matches!(stop, Stop::Done), context)),
                None => target.remember(None, false, context),
            }
            let counters = ended.counters;
            let spent = Spent {
                requests: counters.requests,
                retransmissions: counters.retransmissions,
                elapsed: ended.elapsed.into(),
            };
            let exchange = Exchange { operation: ended.operation(), stop, in_doubt: ended.in_doubt, spent };
            task.end(exchange, printer, &About { context, target: &target })
        });
        if notes.len() >= NOTES {
            target::remember_all(notes, context);
            notes.clear();
        }
        printer.turn_to(&mut section);
        self.tally.add(ending?, section.failed());
        Ok(())
    }

    /// Tells of each agent that has not ended that nothing more comes, after what has come.
    fn cut<I>(&mut self, cut: Cut, fleet: &mut Fleet<I, T::Operation>) -> Result<(), OutputLost>
    where
        I: Iterator<Item = FleetTarget<T::Operation>>,
    {
        for host in 0..self.is_over.len() {
            if self.is_over[host] {
                continue;
            }
            if self.guests.get(&host).is_some_and(|guest| guest.ended.is_some()) {
                self.conclude(host)?;
            } else {
                self.print_held(host)?;
                self.cut_one(host, cut, fleet)?;
            }
            if self.printer.is_full() {
                self.printer.leave()?;
            }
        }
        Ok(())
    }

    fn cut_one<I>(
        &mut self,
        host: usize,
        cut: Cut,
        fleet: &mut Fleet<I, T::Operation>,
    ) -> Result<(), OutputLost>
    where
        I: Iterator<Item = FleetTarget<T::Operation>>,
    {
        self.guest(host);
        let Some(Guest { mut task, mut section, .. }) = self.guests.remove(&host) else { return Ok(()) };
        self.is_over[host] = true;
        let spent = fleet.spent(host);
        let spent = Spent {
            requests: spent.counters.requests,
            retransmissions: spent.counters.retransmissions,
            elapsed: spent.elapsed.into(),
        };
        self.printer.turn_to(&mut section);
        let notice = task.cut(fleet.operation_mut(host), &mut self.printer)?;
        self.notice = self.notice.or(notice);
        let reason = match cut {
            Cut::Deadline => {
                let mut trouble = trouble::of_deadline(self.world.borrow().context);
                // People are told once.
                trouble.text.clear();
                self.printer.fail(&trouble)?;
                let ending = if self.printer.varbinds() > 0 { Ending::Partial } else { Ending::NoAnswer };
                self.tally.add(ending, Some(ErrorCode::Deadline));
                EndReason::Deadline
            }
            Cut::Interrupted => EndReason::Interrupted,
        };
        let end = self.printer.ended(reason, false, spent);
        self.printer.end(&end)?;
        self.printer.turn_to(&mut section);
        Ok(())
    }

    /// Says on standard error what there is to say.
    fn say_what_was_said(&mut self) {
        let said = self.printer.take_said();
        if !said.is_empty() {
            self.bar.aside(|| said.iter().for_each(|text| log::say(text)));
        }
    }
}

async fn elapsed(sleep: Option<&mut Pin<Box<time::Sleep>>>) {
    match sleep {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
    }
}
