//! What mib-rs resolved, as a [`Model`].

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use mib_rs::{
    mib::{IndexEntry, ModuleIdentityKind, NamedValue, Range, RawMib, TypeData},
    raw::{GroupId, NodeId, NotificationId, ObjectId, TypeId},
    types as smi,
};

use super::{
    Problem, Prose, Severity,
    known::precedence,
    words::{access, base, bound, extremes, full_date, is_smi_word, language, status},
};
use crate::{
    limits,
    mib::model::{
        BaseType, Bounds, Definition, Item, Kind, Label, Model, Module, NamedType, Status, Syntax, Target,
        Text,
    },
};

/// The model, which of its definitions are but names in the OIDs of others, and what cannot be in a model.
pub(super) fn translate(mib: &mib_rs::Mib, prose: Prose) -> (Model, HashSet<usize>, Vec<Problem>) {
    let mut translator = Translator {
        raw: mib.raw(),
        prose,
        model: Model::default(),
        problems: Vec::new(),
        types: HashMap::new(),
        objects: HashMap::new(),
        at_node: HashMap::new(),
        inline: HashSet::new(),
    };
    translator.modules();
    translator.types();
    translator.definitions();
    translator.inline_names();
    translator.roots();
    translator.lists();
    translator.ranks();
    (translator.model, translator.inline, translator.problems)
}

pub(super) struct Translator<'a> {
    pub(super) raw: RawMib<'a>,
    prose: Prose,
    pub(super) model: Model,
    problems: Vec<Problem>,
    types: HashMap<TypeId, usize>,
    objects: HashMap<ObjectId, usize>,
    /// The definitions at each OID.
    pub(super) at_node: HashMap<NodeId, Vec<usize>>,
    /// Definitions that are but a name on the way of another's OID: `{ iso(1) std(0) 8802 }`.
    pub(super) inline: HashSet<usize>,
}

/// A definition with the fields that all macros have.
pub(super) struct Head<'a> {
    pub(super) name: &'a str,
    pub(super) node: NodeId,
    pub(super) kind: Kind,
    pub(super) status: Option<Status>,
    pub(super) description: &'a str,
    pub(super) reference: &'a str,
}

impl<'a> Translator<'a> {
    fn text(&self, description: &str, reference: &str) -> Text {
        match self.prose {
            Prose::Keep => Text { description: lines(description), reference: lines(reference) },
            Prose::Drop => Text::default(),
        }
    }

    fn modules(&mut self) {
        for module in self.raw.modules_slice() {
            let mut imports: Vec<String> = Vec::new();
            for import in module.imports() {
                if !imports.contains(&import.module) {
                    imports.push(import.module.clone());
                }
            }
            let module = Module {
                name: module.name().to_owned(),
                language: language(module.language()),
                is_built_in: false,
                last_updated: module.last_updated().to_owned(),
                revisions: module.revisions().iter().map(|revision| revision.date.clone()).collect(),
                imports,
                text: self.text(module.description(), ""),
            };
            self.model.modules.push(module);
        }
    }

    fn types(&mut self) {
        let raw = self.raw;
        for (module, of_module) in raw.modules_slice().iter().enumerate() {
            for id in of_module.types() {
                let data = raw.type_(*id);
                if !self.is_primitive(data) && base(data.effective_base(raw.types_slice())).is_some() {
                    self.types.insert(*id, self.types.len());
                    let named = NamedType {
                        name: data.name().to_owned(),
                        module,
                        is_textual_convention: data.is_textual_convention(),
                        status: data.is_textual_convention().then(|| status(data.status())),
                        hint: data.display_hint().to_owned(),
                        syntax: Syntax {
                            base: BaseType::Integer32,
                            is_integer32: false,
                            named: None,
                            labels: Vec::new(),
                            bounds: Vec::new(),
                        },
                        text: self.text(data.description(), data.reference()),
                    };
                    self.model.types.push(named);
                }
            }
        }
        for (id, position) in self.types.clone() {
            let data = raw.type_(id);
            let constraints = [data.sizes(), data.ranges()];
            let syntax = self.syntax(id, data.parent(), [data.enums(), data.bits()], constraints);
            if let Some(syntax) = syntax {
                self.model.types[position].syntax = syntax;
            }
        }
        self.cut_rings();
    }

    /// Types that are made from themselves: the name that closes the ring is dropped.
    fn cut_rings(&mut self) {
        // For each type the start from which it was first met.
        let mut met = vec![usize::MAX; self.model.types.len()];
        for start in 0..met.len() {
            let mut at = start;
            while met[at] == usize::MAX {
                met[at] = start;
                match self.model.types[at].syntax.named {
                    Some(next) if met[next] == start => self.model.types[at].syntax.named = None,
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
    }

    /// Whether the type is one of the SMI's own, which bear no name of their own in a SYNTAX clause.
    fn is_primitive(&self, data: &TypeData) -> bool {
        let is_of_smi = data.module().is_none_or(|id| self.raw.module(id).is_base());
        is_of_smi && !data.is_textual_convention() && data.parent().is_none_or(|_| is_smi_word(data.name()))
    }

    /// A SYNTAX clause, where `id` stands for its type as a whole and `named` for the type that it names.
    fn syntax(
        &self,
        id: TypeId,
        named: Option<TypeId>,
        labels: [&[NamedValue]; 2],
        constraints: [&[Range]; 2],
    ) -> Option<Syntax> {
        let base = match base(self.raw.type_(id).effective_base(self.raw.types_slice()))? {
            BaseType::IpAddress if self.ends_in("NetworkAddress", id) => BaseType::NetworkAddress,
            base => base,
        };
        let label = |label: &NamedValue| {
            Some(Label { value: i32::try_from(label.value).ok()?, word: label.label.clone() })
        };
        let bounds = |range: &Range| {
            let (least, most) = extremes(base);
            Some(Bounds { min: bound(&range.min, least, most)?, max: bound(&range.max, least, most)? })
        };
        Some(Syntax {
            base,
            is_integer32: base == BaseType::Integer32 && self.ends_in("Integer32", id),
            named: named.and_then(|named| self.types.get(&named).copied()),
            labels: labels.into_iter().flatten().filter_map(label).collect(),
            bounds: constraints.into_iter().flatten().filter_map(bounds).collect(),
        })
    }

    /// Whether the names of a type end in this word of the SMI: `Integer32` rather than `INTEGER`, `NetworkAddress`
    /// rather than `IpAddress`.
    fn ends_in(&self, word: &str, id: TypeId) -> bool {
        let mut at = Some(id);
        for _ in 0..=self.types.len() {
            let Some(id) = at else { return false };
            let data = self.raw.type_(id);
            if self.is_primitive(data) && data.name() == word {
                return true;
            }
            at = data.parent();
        }
        false
    }

    fn definitions(&mut self) {
        let raw = self.raw;
        for (module, of_module) in raw.modules_slice().iter().enumerate() {
            for identity in of_module.identities() {
                let kind = match identity.kind() {
                    ModuleIdentityKind::ModuleIdentity => Kind::ModuleIdentity,
                    ModuleIdentityKind::ObjectIdentity => Kind::ObjectIdentity,
                    ModuleIdentityKind::ObjectIdentifier => Kind::Value,
                };
                let Some(node) = raw.node_by_oid(identity.oid()) else { continue };
                let head = Head {
                    name: identity.name(),
                    node,
                    kind,
                    status: identity.status().map(status),
                    description: identity.description(),
                    reference: identity.reference(),
                };
                self.add(Some(module), &head);
            }
            for id in of_module.objects() {
                self.object(module, *id);
            }
            for id in of_module.notifications() {
                self.notification(module, *id);
            }
            for id in of_module.groups() {
                self.group(module, *id);
            }
            self.conformance(module, of_module);
        }
    }

    /// Adds a definition with nothing but its head; `None` when its OID is impossible.
    pub(super) fn add(&mut self, module: Option<usize>, head: &Head<'a>) -> Option<usize> {
        let Head { name, node, kind, status, description, reference } = *head;
        let mut oid = Vec::new();
        let mut at = Some(node);
        while let Some(id) = at
            && oid.len() <= limits::OID_ARCS
        {
            let data = self.raw.node(id);
            at = data.parent();
            if at.is_some() {
                oid.push(data.arc());
            }
        }
        oid.reverse();
        if oid.is_empty() || oid.len() > limits::OID_ARCS || name.is_empty() {
            self.problems.push(Problem {
                module: module.map_or_else(String::new, |module| self.model.modules[module].name.clone()),
                file: String::new(),
                line: 0,
                severity: Severity::Error,
                text: format!("the object identifier of {name} has more than {} arcs", limits::OID_ARCS),
            });
            return None;
        }
        let position = self.model.definitions.len();
        self.at_node.entry(node).or_default().push(position);
        self.model.definitions.push(Definition {
            name: name.to_owned(),
            module,
            oid,
            rank: 0,
            kind,
            access: None,
            status,
            units: String::new(),
            syntax: None,
            default: String::new(),
            list: Vec::new(),
            is_augmenting: false,
            text: self.text(description, reference),
        });
        Some(position)
    }

    fn object(&mut self, module: usize, id: ObjectId) {
        let data = self.raw.object(id);
        let Some(node) = data.node() else { return };
        let kind = match data.declared_kind() {
            smi::Kind::Table => Kind::Table,
            smi::Kind::Row => Kind::Row,
            smi::Kind::Column => Kind::Column,
            _ => Kind::Scalar,
        };
        let head = Head {
            name: data.name(),
            node,
            kind,
            status: Some(status(data.status())),
            description: data.description(),
            reference: data.reference(),
        };
        let syntax = data.type_id().and_then(|typ| {
            let labels = [data.declared_enums(), data.declared_bits()];
            self.syntax(typ, Some(typ), labels, [data.declared_sizes(), data.declared_ranges()])
        });
        let Some(position) = self.add(Some(module), &head) else { return };
        self.objects.insert(id, position);
        let definition = &mut self.model.definitions[position];
        definition.access = Some(access(data.access()));
        data.units().clone_into(&mut definition.units);
        definition.syntax = syntax;
        definition.default = data.default_value().map(|value| value.raw().to_owned()).unwrap_or_default();
    }

    fn notification(&mut self, module: usize, id: NotificationId) {
        let data = self.raw.notification(id);
        let Some(node) = data.node() else { return };
        let kind = if data.trap_info().is_some() { Kind::Trap } else { Kind::Notification };
        let has_status = kind == Kind::Notification;
        let head = Head {
            name: data.name(),
            node,
            kind,
            status: has_status.then(|| status(data.status())),
            description: data.description(),
            reference: data.reference(),
        };
        self.add(Some(module), &head);
    }

    fn group(&mut self, module: usize, id: GroupId) {
        let data = self.raw.group(id);
        let Some(node) = data.node() else { return };
        let kind = if data.is_notification_group() { Kind::NotificationGroup } else { Kind::ObjectGroup };
        let head = Head {
            name: data.name(),
            node,
            kind,
            status: Some(status(data.status())),
            description: data.description(),
            reference: data.reference(),
        };
        self.add(Some(module), &head);
    }

    fn conformance(&mut self, module: usize, of_module: &mib_rs::raw::ModuleData) {
        let raw = self.raw;
        for id in of_module.compliances() {
            let data = raw.compliance(*id);
            let Some(node) = data.node() else { continue };
            let head = Head {
                name: data.name(),
                node,
                kind: Kind::Compliance,
                status: Some(status(data.status())),
                description: data.description(),
                reference: data.reference(),
            };
            self.add(Some(module), &head);
        }
        for id in of_module.capabilities() {
            let data = raw.capability(*id);
            let Some(node) = data.node() else { continue };
            let head = Head {
                name: data.name(),
                node,
                kind: Kind::Capabilities,
                status: Some(status(data.status())),
                description: data.description(),
                reference: data.reference(),
            };
            self.add(Some(module), &head);
        }
    }

    /// The roots of the tree, which no module defines (X.660).
    fn roots(&mut self) {
        let raw = self.raw;
        for (arc, name) in [(0, "ccitt"), (1, "iso"), (2, "joint-iso-ccitt")] {
            let node = raw.node(raw.root()).children().get(&arc).copied();
            if let Some(node) = node.filter(|node| !self.at_node.contains_key(node)) {
                let head =
                    Head { name, node, kind: Kind::Value, status: None, description: "", reference: "" };
                self.add(None, &head);
            }
        }
    }

    /// INDEX, AUGMENTS, OBJECTS and members, now that everything has its position.
    fn lists(&mut self) {
        let raw = self.raw;
        for (id, position) in self.objects.clone() {
            let data = raw.object(id);
            let (list, is_augmenting) = match data.augments() {
                Some(row) => (vec![self.object_item(row, "", false)], true),
                None => (data.index().iter().map(|entry| self.index_item(entry)).collect(), false),
            };
            let definition = &mut self.model.definitions[position];
            definition.list = list;
            definition.is_augmenting = is_augmenting;
        }
        for positions in self.at_node.clone().into_values().flatten() {
            let Definition { kind, module, ref name, .. } = self.model.definitions[positions];
            let Some(module) = module else { continue };
            let of_module = &raw.modules_slice()[module];
            let list: Vec<Item> = match kind {
                Kind::Notification | Kind::Trap => {
                    let data = of_module.notification_by_name(name).map(|id| raw.notification(id));
                    let objects = data.map(mib_rs::mib::NotificationData::objects).unwrap_or_default();
                    objects.iter().map(|id| self.object_item(*id, raw.object(*id).name(), false)).collect()
                }
                Kind::ObjectGroup | Kind::NotificationGroup => {
                    let data = of_module.group_by_name(name).map(|id| raw.group(id));
                    let members = data.map(mib_rs::mib::GroupData::members).unwrap_or_default();
                    members.iter().filter_map(|node| self.member_item(*node, module)).collect()
                }
                _ => continue,
            };
            self.model.definitions[positions].list = list;
        }
    }

    fn object_item(&self, id: ObjectId, name: &str, is_implied: bool) -> Item {
        let position = self.objects.get(&id).copied();
        let target = position.map_or_else(|| Target::Unknown(name.to_owned()), Target::Definition);
        Item { target, is_implied }
    }

    fn index_item(&self, entry: &IndexEntry) -> Item {
        match entry.object {
            Some(id) => self.object_item(id, &entry.name, entry.implied),
            None => Item { target: Target::Unknown(entry.name.clone()), is_implied: entry.implied },
        }
    }

    /// A member of a group: its definition in the group's module if there is one, else any.
    fn member_item(&self, node: NodeId, module: usize) -> Option<Item> {
        let owners = self.at_node.get(&node)?;
        let own = owners.iter().find(|position| self.model.definitions[**position].module == Some(module));
        let position = own.or_else(|| owners.first())?;
        Some(Item { target: Target::Definition(*position), is_implied: false })
    }

    /// Which of several definitions speaks for an OID: one that says more than a name, of the current language, of the
    /// latest module.
    fn ranks(&mut self) {
        let modules = &self.model.modules;
        for owners in self.at_node.values().filter(|owners| owners.len() > 1) {
            let key = |position: &usize| {
                let definition = &self.model.definitions[*position];
                let module = definition.module.map(|module| &modules[module]);
                let language = precedence(module.map(|module| module.language));
                let date = module.map(|module| full_date(&module.last_updated));
                let is_bare = definition.kind == Kind::Value;
                let is_inline = self.inline.contains(position);
                (is_bare, is_inline, language, Reverse(date), definition.module, *position)
            };
            let mut order = owners.clone();
            order.sort_by_key(key);
            for (rank, position) in (0..).zip(order) {
                self.model.definitions[position].rank = rank;
            }
        }
    }
}

/// Text whose lines end in LF alone, whatever the file's do.
fn lines(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\r').collect()
}
