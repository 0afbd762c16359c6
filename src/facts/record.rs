//! What was seen at each place, joined over all passes.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::detail::{self, Holder, Search};
use super::gone;
use super::identity::{self, Comparison};
use super::join::join;
use super::memory::{Asked, Recall, Steps};
use super::mentions::{Mentions, TextSteps};
use super::objects::{DefaultFacts, Watch};
use super::others;
use super::part::{self, Ground, Part, Sum};
use super::places::{Places, Side};
use super::publish::{self, is_mutable, steps};
use super::trace::{self, Change, Running};
use super::{Answer, Claims, CopyKind, Effect, FileFacts, Gone, Path, PlaceFacts, Step};
use crate::base::{Name, Names};
use crate::domain::{Kind, ObjId, State, UnitRef};
use crate::hir::{Expr, ExprId, File, Item, NameUse, Stmt, StmtId};
use crate::interp::{Event, Machine, Observer, Outcome, Place, World};

/// Paths that are followed from one name, at most: a table of a thousand keys is spoken of as a whole.
const PATHS_PER_NAME: usize = 24;

/// A function under way: depth of its frame, unit, name and object of each parameter.
type Entered = (usize, UnitRef, Vec<(Name, ObjId)>);

/// Watches the machine.
pub struct Recorder<'a> {
    /// The file on its ground: offsets are those for good.
    file: &'a File,
    ground: &'a Arc<Ground>,
    steps: Arc<TextSteps>,
    mentions: FxHashMap<(u32, StmtId), Mentions>,
    reads: FxHashMap<(u32, StmtId), Reads>,
    counts: bool,
    watch: Watch,
    recall: Recall,
    parts: Vec<Arc<Part>>,
    run: Run,
    /// Functions are analysed with unknown arguments.
    is_open: bool,
    /// Objects that were there before anyone could call them have smaller numbers.
    opened: u32,
    /// Names of the document: those with greater numbers are met at run time.
    names: u32,
}

/// What the run under way showed so far: the module's body, or a function that is analysed by itself.
#[derive(Default)]
struct Run {
    places: FxHashMap<(u32, Place), PlaceFacts>,
    before: FxHashMap<(u32, StmtId), PlaceFacts>,
    answers: FxHashMap<(u32, ExprId, u32), Option<Answer>>,
    search: Search,
    /// The functions under way.
    entered: Vec<Entered>,
    effects: Vec<Effect>,
    running: Running,
    /// Steps that it asked for.
    asked: RefCell<Steps>,
    /// It told of more than it asked for.
    is_unsteady: bool,
}

/// What a statement reads, and which comparisons by identity in it nothing runs before.
#[derive(Clone, Debug, Default)]
struct Reads {
    mentions: Mentions,
    identities: Vec<Comparison>,
}

impl<'a> Recorder<'a> {
    /// A recorder that has seen nothing. `file` is the file on its ground; `counts`: sizes and reference counts can be
    /// claimed of the version.
    pub(super) fn new(
        file: &'a File,
        ground: &'a Arc<Ground>,
        steps: Arc<TextSteps>,
        recall: Recall,
        counts: bool,
        names: u32,
    ) -> Self {
        Recorder {
            file,
            ground,
            steps,
            mentions: FxHashMap::default(),
            reads: FxHashMap::default(),
            counts,
            watch: Watch::default(),
            recall,
            parts: Vec::new(),
            run: Run::default(),
            is_open: false,
            opened: 0,
            names,
        }
    }

    /// Looks out for changes of these defaults too.
    pub fn watch(&mut self, defaults: &[DefaultFacts]) {
        self.watch = Watch::of(defaults);
    }

    /// Adds to the defaults what was seen to change them.
    pub fn witnesses(&mut self, file: &File, defaults: &mut [DefaultFacts]) {
        self.close();
        for part in &self.parts {
            let seen = part.seen.iter();
            self.watch
                .recall(seen.map(|(site, by)| (self.ground.site(*site), self.ground.site(*by))));
        }
        self.watch.tell(file, defaults);
    }

    /// Puts aside what the run under way showed.
    fn close(&mut self) -> (Arc<Part>, Steps, bool) {
        let run = std::mem::take(&mut self.run);
        let by_item = |facts: &mut dyn Iterator<Item = PlaceFacts>| {
            let mut found: FxHashMap<u32, Vec<PlaceFacts>> = FxHashMap::default();
            for mut facts in facts {
                self.ground.keep(&mut facts);
                found.entry(facts.item).or_default().push(facts);
            }
            for facts in found.values_mut() {
                facts.sort_by_key(part::order);
            }
            found
        };
        let mut effects = run.effects;
        for effect in &mut effects {
            self.ground.keep_effect(effect);
        }
        let seen = self.watch.take().into_iter();
        let mut answers: Vec<((u32, ExprId, u32), Option<Answer>)> = run
            .answers
            .into_iter()
            .map(|((item, expr, at), answer)| ((self.ground.first(item), expr, at), answer))
            .collect();
        answers.sort_unstable_by_key(|(key, _)| *key);
        let part = Arc::new(Part {
            places: by_item(&mut run.places.into_values()),
            before: by_item(&mut run.before.into_values()),
            answers,
            effects,
            changes: run
                .running
                .finish()
                .into_iter()
                .map(|change| Change {
                    item: self.ground.first(change.item),
                    ..change
                })
                .collect(),
            seen: seen
                .map(|(site, by)| {
                    (
                        self.ground.site_for_good(site),
                        self.ground.site_for_good(by),
                    )
                })
                .collect(),
        });
        self.parts.push(Arc::clone(&part));
        (part, run.asked.into_inner(), run.is_unsteady)
    }

    /// All that holds at every pass.
    pub fn finish(mut self, names: &Names, outcome: Outcome) -> FileFacts {
        if outcome.cancelled {
            return FileFacts {
                names: names.clone(),
                outcome,
                ..FileFacts::default()
            };
        }
        self.close();
        let mut answers: FxHashMap<(u32, ExprId, u32), Option<Answer>> = FxHashMap::default();
        let mut effects: Vec<Effect> = Vec::new();
        let mut known: FxHashSet<(UnitRef, Name)> = FxHashSet::default();
        for part in &self.parts {
            for (key, answer) in &part.answers {
                answers
                    .entry(*key)
                    .and_modify(|old| *old = old.filter(|_| *old == *answer))
                    .or_insert(*answer);
            }
            for effect in &part.effects {
                if known.insert((effect.unit, effect.param)) {
                    effects.push(self.ground.effect(effect));
                }
            }
        }
        let mut answers: Vec<Answer> = answers
            .into_iter()
            .filter_map(|((first, ..), answer)| {
                Some(Answer {
                    item: self.ground.item(first)?,
                    ..answer?
                })
            })
            .collect();
        answers.sort_by_key(|answer| (answer.item, answer.expr, answer.at));
        let changes = self.parts.iter().flat_map(|part| &part.changes);
        let mut changes: Vec<Change> = changes
            .filter_map(|change| self.ground.change(change))
            .collect();
        changes.sort_unstable();
        changes.dedup();
        effects.sort_by_key(|effect| (effect.unit, effect.by, effect.param));
        let sum = Arc::new(Sum {
            parts: self.parts,
            ground: Arc::clone(self.ground),
        });
        FileFacts {
            places: Places::new(&sum, Side::After),
            before: Places::new(&sum, Side::Before),
            answers,
            effects,
            changes,
            names: names.clone(),
            outcome,
            memory: self.recall.finish(),
            ..FileFacts::default()
        }
    }

    /// The steps from an object that the text has.
    fn steps(&self, m: &Machine<'_>, id: ObjId) -> Vec<(Step, ObjId)> {
        if self.is_open {
            self.run.asked.borrow_mut().from(m, id);
        }
        steps(m, id, &self.steps)
    }

    /// Whether a holder is named after a global that the run did not ask for, perhaps.
    fn names_globals(m: &Machine<'_>, holders: &[Holder]) -> bool {
        let unit = m.unit(m.st.frame().unit);
        holders.iter().any(|holder| {
            let root = match holder {
                Holder::Global(_) => return true,
                Holder::Part(path) => path.root,
                Holder::Inside(name) => *name,
                _ => return false,
            };
            unit.is_none_or(|unit| unit.scope.slot(root).is_none())
        })
    }

    fn start(&self, item: u32, place: Place) -> u32 {
        let placed = &self.file.items[item as usize];
        let span = match place {
            Place::After(stmt) => placed.item.stmt_span(stmt),
            Place::Handler(stmt, at) => match placed.item.stmt(stmt) {
                crate::hir::Stmt::Try { handlers, .. } => handlers
                    .get(at as usize)
                    .map_or(placed.item.stmt_span(stmt), |handler| handler.span),
                _ => placed.item.stmt_span(stmt),
            },
            Place::Entry(unit) => placed.item.unit(unit).span,
        };
        placed.start + span.start
    }

    fn names_at(&mut self, item: u32, place: Place) -> Mentions {
        let code = &self.file.items[item as usize].item;
        match place {
            Place::After(stmt) => self
                .mentions
                .entry((item, stmt))
                .or_insert_with(|| Mentions::of(code, stmt))
                .clone(),
            Place::Handler(stmt, at) => {
                let mut out = Mentions::default();
                if let crate::hir::Stmt::Try { handlers, .. } = code.stmt(stmt)
                    && let Some(name) = handlers.get(at as usize).and_then(|handler| handler.name)
                {
                    out.bound.push(name);
                    out.names.push(name);
                }
                out
            }
            Place::Entry(unit) => {
                let unit = code.unit(unit);
                let names: Vec<NameUse> = unit
                    .params
                    .in_slot_order()
                    .map(|param| {
                        let is_cell = unit
                            .scope
                            .vars
                            .get(param.slot as usize)
                            .is_some_and(|var| var.kind == crate::hir::VarKind::Cell);
                        let var = if is_cell {
                            crate::hir::Var::Deref(param.slot)
                        } else {
                            crate::hir::Var::Fast(param.slot)
                        };
                        NameUse {
                            name: param.name,
                            var,
                        }
                    })
                    .collect();
                Mentions {
                    bound: names.clone(),
                    names,
                    called: Vec::new(),
                }
            }
        }
    }

    fn enter(&mut self, m: &Machine<'_>, item: u32, place: Place) {
        let depth = m.st.frames.len();
        self.run.entered.retain(|(other, ..)| *other < depth);
        let params = self.names_at(item, place).names;
        let params = params
            .iter()
            .filter_map(|name| Some((name.name, m.look_up(*name)?.obj)))
            .filter(|(_, id)| !id.is_atom());
        self.run
            .entered
            .push((depth, m.st.frame().unit, params.collect()));
    }

    /// What the names that a simple statement binds or deletes hold before it, of what can change.
    fn held_before(&mut self, m: &Machine<'_>, item: u32, stmt: StmtId) -> Vec<ObjId> {
        let code = &self.file.items[item as usize].item;
        if !matches!(code.stmt(stmt), Stmt::Assign { .. } | Stmt::Delete(_)) {
            return Vec::new();
        }
        let mut names = self.names_at(item, Place::After(stmt)).bound;
        if let Stmt::Delete(targets) = code.stmt(stmt) {
            names.extend(
                targets
                    .iter()
                    .filter_map(|target| match code.expr(*target) {
                        Expr::Name(name) => Some(*name),
                        _ => None,
                    }),
            );
        }
        let held = names.iter().filter_map(|name| {
            let slot = m.look_up(*name).filter(|slot| !slot.maybe_unbound)?;
            (is_mutable(m, slot.obj) && !m.obj(slot.obj).uncertain).then_some(slot.obj)
        });
        held.collect()
    }

    fn observe(
        &mut self,
        m: &Machine<'_>,
        item: u32,
        place: Place,
        held: &[ObjId],
    ) -> Option<PlaceFacts> {
        let unit = m.st.frame().unit;
        if is_nameless(m, unit) {
            return None;
        }
        let mentions = self.names_at(item, place);
        let gone = match place {
            Place::Entry(_) => (Vec::new(), Vec::new()),
            _ => gone::gone(m, &|key| self.start(key.0, Place::After(StmtId(key.1)))),
        };
        let mut facts = self.look(m, item, place, &mentions, held, gone);
        facts.lost = trace::lost(m, self.file, place);
        Some(facts)
    }

    fn look(
        &mut self,
        m: &Machine<'_>,
        item: u32,
        place: Place,
        mentions: &Mentions,
        held: &[ObjId],
        gone: (Vec<Gone>, Vec<Gone>),
    ) -> PlaceFacts {
        let unit = m.st.frame().unit;
        let mut found: Vec<(Path, ObjId)> = Vec::new();
        for name in &mentions.names {
            let Some(slot) = m.look_up(*name).filter(|slot| !slot.maybe_unbound) else {
                continue;
            };
            let first = found.len();
            found.push((
                Path {
                    root: name.name,
                    steps: Vec::new(),
                },
                slot.obj,
            ));
            let mut at = first;
            while at < found.len() && found.len() - first < PATHS_PER_NAME {
                let (path, id) = found[at].clone();
                at += 1;
                if path.steps.len() >= 2 || m.obj(id).uncertain {
                    continue;
                }
                for (step, to) in self.steps(m, id) {
                    let mut longer = path.clone();
                    longer.steps.push(step);
                    found.push((longer, to));
                }
            }
        }
        // What other global names lead to there nobody asked for.
        let is_open_top = self.is_open && unit.unit.is_none();
        let scope = match is_open_top {
            true => Vec::new(),
            false => others::scope(m),
        };
        // What a name held and holds no more has a reference less.
        if !held.is_empty() {
            let released = others::names(m, &scope, &found);
            found.extend(released.into_iter().filter(|(_, id)| held.contains(id)));
        }
        let is_told = |(_, id): &(Path, ObjId)| is_mutable(m, *id) && !m.obj(*id).uncertain;
        let mut others = Vec::new();
        if found.iter().any(is_told) {
            others = others::names(m, &scope, &found);
            if unit.unit.is_none() {
                // The numbers of names tell what was typed first; nothing that is told may.
                others.sort_by(|(a, _), (b, _)| m.names.text(a.root).cmp(m.names.text(b.root)));
            }
            if self.is_open {
                let mut asked = self.run.asked.borrow_mut();
                others.iter().for_each(|(_, id)| asked.from(m, *id));
            }
            others::deeper(m, &self.steps, &found, &mut others);
        }
        let mut twins = others::twins(m, &scope, &mentions.bound, &mentions.names);
        if unit.unit.is_none() {
            twins.sort_by(|(a, _), (b, _)| m.names.text(a.root).cmp(m.names.text(b.root)));
        }
        let deep = mentions
            .called
            .iter()
            .any(|name| m.names.text(*name) == "deepcopy");
        let paths: Vec<(Path, Claims)> = found
            .iter()
            .map(|(path, id)| {
                let mut claims = publish::claims(m, *id, self.counts);
                if path.steps.is_empty() && !m.obj(*id).uncertain {
                    let plain = found
                        .iter()
                        .filter(|(other, _)| other != path && other.steps.is_empty());
                    for (other, other_id) in plain.chain(&twins) {
                        if m.is_same(*id, *other_id) && publish::is_value(m, *id) {
                            claims.same_as.push(other.clone());
                        } else if m.is_other(*id, *other_id) && publish::is_alike(m, *id, *other_id)
                        {
                            claims.not_same_as.push(other.clone());
                        }
                    }
                }
                if is_mutable(m, *id) && !m.obj(*id).uncertain {
                    claims.same_as = found
                        .iter()
                        .chain(&others)
                        .filter(|(other, other_id)| other != path && m.is_same(*id, *other_id))
                        .map(|(other, _)| other.clone())
                        .take(16)
                        .collect();
                    let binds = path.steps.is_empty()
                        && mentions.bound.iter().any(|name| name.name == path.root);
                    if binds {
                        self.copies(m, path, *id, &found, deep, &mut claims);
                    }
                }
                (path.clone(), claims)
            })
            .collect();
        let told = |(path, id): &&(Path, ObjId)| path.steps.is_empty() || is_mutable(m, *id);
        let told: Vec<ObjId> = found.iter().filter(told).map(|(_, id)| *id).collect();
        let holders = if self.counts {
            self.run.search.holders(m, &told)
        } else {
            FxHashMap::default()
        };
        if self.is_open {
            let mut all = holders.values();
            self.run.is_unsteady |= all.any(|(holders, _)| Self::names_globals(m, holders));
        }
        let details = found
            .into_iter()
            .map(|(path, id)| {
                let mut detail = detail::of(m, self.file, id, self.opened);
                if let Some((holders, hidden)) = holders.get(&id) {
                    detail.holders.clone_from(holders);
                    detail.hidden = *hidden;
                }
                if path.steps.is_empty() && !is_open_top {
                    detail.twins = trace::twins(m, path.root, id);
                }
                (path, detail)
            })
            .collect();
        let start = self.start(item, place);
        PlaceFacts {
            item,
            place,
            unit,
            start,
            paths,
            details,
            frees: gone.0,
            leaks: gone.1,
            lost: Vec::new(),
        }
    }

    /// What holds before a statement, of what it reads.
    fn observe_before(&mut self, m: &Machine<'_>, item: u32, stmt: StmtId) {
        if is_nameless(m, m.st.frame().unit) {
            return;
        }
        let code: &Item = &self.file.items[item as usize].item;
        let reads = match self.reads.get(&(item, stmt)) {
            Some(reads) => reads.clone(),
            None => {
                let mentions = Mentions::read_by(code, stmt);
                let identities = identity::comparisons(code, stmt);
                let reads = Reads {
                    mentions,
                    identities,
                };
                self.reads.insert((item, stmt), reads.clone());
                reads
            }
        };
        for asked in reads.identities {
            let new = identity::answer(m, self.file, item, asked, self.opened);
            self.run
                .answers
                .entry((item, asked.expr, asked.at))
                .and_modify(|old| {
                    if *old != new {
                        *old = None;
                    }
                })
                .or_insert(new);
        }
        let worth_telling = |name: &NameUse| {
            m.look_up(*name).is_some_and(|slot| {
                !matches!(
                    m.kind(slot.obj),
                    Kind::Module(_) | Kind::BuiltinFunction(_) | Kind::Type(_) | Kind::Unknown
                )
            })
        };
        if !reads.mentions.names.iter().any(worth_telling) {
            // A pass of which nothing is known takes back what others saw.
            let (unit, start) = (m.st.frame().unit, self.start(item, Place::After(stmt)));
            let nothing = PlaceFacts {
                item,
                place: Place::After(stmt),
                unit,
                start,
                paths: Vec::new(),
                details: Vec::new(),
                frees: Vec::new(),
                leaks: Vec::new(),
                lost: Vec::new(),
            };
            self.run.before.insert((item, stmt), nothing);
            return;
        }
        let new = self.look(
            m,
            item,
            Place::After(stmt),
            &reads.mentions,
            &[],
            (Vec::new(), Vec::new()),
        );
        match self.run.before.get_mut(&(item, stmt)) {
            None => {
                self.run.before.insert((item, stmt), new);
            }
            Some(old) => join(old, new),
        }
    }

    fn copies(
        &self,
        m: &Machine<'_>,
        path: &Path,
        id: ObjId,
        found: &[(Path, ObjId)],
        deep: bool,
        claims: &mut Claims,
    ) {
        for (other, other_id) in found {
            if other.root == path.root && other.steps.is_empty() || !is_mutable(m, *other_id) {
                continue;
            }
            let Some(copy) = publish::copy_of(m, id, other, *other_id, deep) else {
                continue;
            };
            if copy.0 == CopyKind::Shallow {
                for (step, to) in self.steps(m, id) {
                    if is_mutable(m, to)
                        && publish::follow(m, *other_id, &step)
                            .is_some_and(|shared| m.is_same(shared, to))
                    {
                        let with = |path: &Path| {
                            let mut longer = path.clone();
                            longer.steps.push(step.clone());
                            longer
                        };
                        claims.shares.push((with(path), with(other)));
                    }
                }
            }
            claims.copy = Some(copy);
            return;
        }
    }
}

impl Observer for Recorder<'_> {
    fn opens(&mut self, m: &Machine<'_>, open: &State) {
        self.close();
        self.is_open = true;
        if m.p.world == World::Module {
            self.opened = m.next_object();
        }
        self.recall.opens(m, open, self.names);
    }

    fn recalls(&mut self, _: &Machine<'_>, unit: UnitRef) -> Option<FxHashMap<&'static str, u32>> {
        let (part, hits) = self.recall.recall(unit)?;
        self.parts.push(part);
        Some(hits)
    }

    fn leaves(&mut self, m: &Machine<'_>, unit: UnitRef, hits: &FxHashMap<&'static str, u32>) {
        let (part, steps, is_unsteady) = self.close();
        if !is_unsteady {
            let globals = m.read_globals().into_iter().collect();
            self.recall
                .remember(unit, &part, hits, Asked { globals, steps });
        }
    }

    fn at(&mut self, m: &Machine<'_>, item: u32, place: Place) {
        if let Place::Entry(_) = place {
            self.enter(m, item, place);
        }
        let held = self.run.running.ends(m, item, place);
        let Some(new) = self.observe(m, item, place, &held) else {
            return;
        };
        match self.run.places.get_mut(&(item, place)) {
            None => {
                self.run.places.insert((item, place), new);
            }
            Some(old) => join(old, new),
        }
    }

    fn before(&mut self, m: &Machine<'_>, item: u32, stmt: StmtId) {
        let held = self.held_before(m, item, stmt);
        self.run.running.begins(m, item, stmt, held);
        self.observe_before(m, item, stmt);
    }

    fn event(&mut self, m: &Machine<'_>, event: Event) {
        self.watch.event(m, event);
        let Event::Mutated { obj, by } = event;
        if !is_mutable(m, obj) {
            return; // an iterator that goes on, a class that counts its instances
        }
        self.run.running.changed(m, self.file, obj, by);
        for (depth, unit, params) in &self.run.entered {
            let runs =
                m.st.frames
                    .get(depth - 1)
                    .is_some_and(|frame| frame.unit == *unit);
            let Some((param, _)) = params.iter().find(|(_, id)| runs && *id == obj) else {
                continue;
            };
            if !self
                .run
                .effects
                .iter()
                .any(|effect| effect.unit == *unit && effect.param == *param)
            {
                self.run.effects.push(Effect {
                    unit: *unit,
                    param: *param,
                    by: detail::span(self.file, by),
                });
            }
        }
    }
}

/// Lambdas and comprehensions have no statements.
fn is_nameless(m: &Machine<'_>, unit: UnitRef) -> bool {
    m.unit(unit).is_some_and(|unit| {
        matches!(
            unit.kind,
            crate::hir::UnitKind::Lambda | crate::hir::UnitKind::Comprehension(_)
        )
    })
}
