//! What can go wrong, each with the place and what to do about it.

/// Why a conversion was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The container is not a readable archive or object.
    #[error("cannot read {member}: {source}")]
    Read {
        /// Archive member, or `input` for the file itself.
        member: String,
        /// The reader's own words.
        source: object::read::Error,
    },
    /// Debug or unwind information that contradicts itself.
    #[error("{member}: damaged debug information: {source}")]
    Debug {
        /// Archive member.
        member: String,
        /// The reader's own words.
        source: gimli::Error,
    },
    /// An archive member for another machine.
    #[error("{member}: not an x86-64 ELF object")]
    Machine {
        /// Archive member.
        member: String,
    },
    /// Nothing in the input matches [`crate::Options::exports`].
    #[error("no exported symbol: no global definition in the input satisfies the export rule")]
    NoExports,
    /// An export that cannot be given a Go symbol of its own.
    #[error("export {name}: {why}")]
    Export {
        /// The ELF symbol.
        name: String,
        /// What stands against it.
        why: &'static str,
    },
    /// A relocation the Go linker has no equivalent for.
    #[error("{place}: relocation {kind} against {target}: {hint}")]
    Relocation {
        /// Member, section and offset.
        place: String,
        /// ELF name of the relocation type.
        kind: String,
        /// Symbol or section it refers to.
        target: String,
        /// What to change in the input.
        hint: &'static str,
    },
    /// A section that needs run-time support which a Go program does not have.
    #[error("{place}: {why}")]
    Section {
        /// Member and section.
        place: String,
        /// What stands against it.
        why: &'static str,
    },
    /// The object format holds 32-bit sizes and offsets.
    #[error("{what} does not fit in 32 bits")]
    TooLarge {
        /// The quantity.
        what: &'static str,
    },
}
