//! Who is meant by a name, and who is needed.
//!
//! A strong definition beats a weak one, and the first of equals wins, as in any ELF linker. Sections that no export
//! reaches are dropped here: libcore and compiler_builtins bring thousands.

use std::collections::HashMap;

use crate::elf::{Input, Place, SectionId, SectionKind, Target};
use crate::{Error, Result};

/// A resolved reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolved<'i> {
    Place(Place),
    /// Defined by nobody here: a symbol of the Go program.
    Import(&'i str),
    /// A weak reference that nobody defines: address zero.
    Nothing,
}

/// The global symbol table.
pub struct Linker<'i> {
    input: &'i Input<'i>,
    globals: HashMap<&'i str, Global>,
}

struct Global {
    place: Place,
    weak: bool,
}

impl<'i> Linker<'i> {
    pub fn new(input: &'i Input<'i>) -> Self {
        let mut globals: HashMap<&str, Global> = HashMap::new();
        for (section, label) in labels(input).filter(|(_, l)| l.global) {
            let new = Global {
                place: Place {
                    section,
                    offset: label.offset,
                },
                weak: label.weak,
            };
            let old = globals.get(label.name.as_str());
            if old.is_none_or(|old| old.weak && !new.weak) {
                globals.insert(&label.name, new);
            }
        }
        Self { input, globals }
    }

    pub fn resolve(&self, target: &'i Target) -> Option<Resolved<'i>> {
        match target {
            Target::Place(p) => Some(Resolved::Place(*p)),
            Target::Outside(_) => None,
            Target::Name { name, weak } => Some(match self.globals.get(name.as_str()) {
                Some(g) => Resolved::Place(g.place),
                None if *weak => Resolved::Nothing,
                None => Resolved::Import(name),
            }),
        }
    }

    /// The exported definitions, in the order of the input.
    pub fn exports(&self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<(&'i str, Place)>> {
        let chosen = |s: SectionId, l: &crate::elf::Label| {
            self.globals.get(l.name.as_str()).is_some_and(|g| {
                g.place
                    == Place {
                        section: s,
                        offset: l.offset,
                    }
            })
        };
        let mut found: Vec<(&str, Place)> = Vec::new();
        for (section, label) in
            labels(self.input).filter(|(s, l)| l.global && wanted(&l.name) && chosen(*s, l))
        {
            found.push((
                &label.name,
                Place {
                    section,
                    offset: label.offset,
                },
            ));
        }
        if found.is_empty() {
            Err(Error::NoExports)
        } else {
            Ok(found)
        }
    }

    /// Everything that the roots reach, in the order of the input.
    pub fn live(&self, roots: impl Iterator<Item = SectionId>) -> Result<Vec<SectionId>> {
        let mut seen = vec![false; self.input.sections.len()];
        let mut todo: Vec<SectionId> = roots.collect();
        while let Some(id) = todo.pop() {
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            self.check(id)?;
            let targets = self
                .input
                .section(id)
                .relocs
                .iter()
                .filter_map(|r| self.resolve(&r.target));
            todo.extend(targets.filter_map(|t| {
                if let Resolved::Place(p) = t {
                    Some(p.section)
                } else {
                    None
                }
            }));
        }
        Ok((0..seen.len())
            .filter(|&i| seen[i])
            .map(|i| SectionId(i as u32))
            .collect())
    }

    fn check(&self, id: SectionId) -> Result<()> {
        if self.input.section(id).kind == SectionKind::ThreadLocal {
            let place = self.input.describe(Place {
                section: id,
                offset: 0,
            });
            return Err(Error::Section {
                place,
                why: "thread-local data is not supported; keep it in M or P",
            });
        }
        Ok(())
    }
}

fn labels<'i>(input: &'i Input<'_>) -> impl Iterator<Item = (SectionId, &'i crate::elf::Label)> {
    let numbered = input.sections.iter().enumerate();
    numbered.flat_map(|(i, s)| s.labels.iter().map(move |l| (SectionId(i as u32), l)))
}
