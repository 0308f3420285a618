//! The variants of a Go object: its header names a GOAMD64 level and the experiments, so the kernel lies in the GOROOT
//! once for each. The kernel itself is the same in all of them.

use super::Kernel;

/// Values of GOEXPERIMENT, one at a time, that do not concern the runtime: those of the language and of the library.
pub const EXPERIMENTS: [&str; 3] = ["rangefunc", "loopvar", "jsonv2"];

/// A value of GOAMD64 and perhaps one of GOEXPERIMENT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    level: u8,
    experiment: Option<&'static str>,
}

impl Variant {
    /// Levels 1 to 4, first without an experiment, then with each.
    pub fn all() -> impl Iterator<Item = Self> {
        let experiments = [None].into_iter().chain(EXPERIMENTS.map(Some));
        experiments.flat_map(|experiment| (1..=4).map(move |level| Self { level, experiment }))
    }

    /// As GOAMD64 spells the level.
    pub fn level(self) -> String {
        format!("v{}", self.level)
    }

    /// As GOEXPERIMENT spells it.
    pub fn experiment(self) -> Option<&'static str> {
        self.experiment
    }

    /// Path of the sub-package below the leaf package.
    pub fn path(self) -> String {
        match self.experiment {
            None => self.level(),
            Some(experiment) => format!("{experiment}/{}", self.level()),
        }
    }

    /// The file of the leaf package that imports this variant's sub-package.
    pub fn chooser_name(self) -> String {
        match self.experiment {
            None => format!("level{}.go", self.level),
            Some(experiment) => format!("{experiment}{}.go", self.level),
        }
    }

    /// Its content.
    pub fn chooser(self, kernel: Kernel) -> String {
        let constraint = format!("{}{}", self.level_tags(), self.experiment_tags());
        let (import, package) = (kernel.import_path(), package_name(kernel));
        format!(
            "//go:build {constraint}\n\npackage {package}\n\nimport _ \"{import}/{}\"\n",
            self.path()
        )
    }

    /// Go sets the tags of all levels up to the one in force, so the highest tag decides.
    fn level_tags(self) -> String {
        match self.level {
            1 => "!amd64.v2".to_string(),
            4 => "amd64.v4".to_string(),
            n => format!("amd64.v{n} && !amd64.v{}", n + 1),
        }
    }

    fn experiment_tags(self) -> String {
        let tag = |name: &str| match self.experiment {
            Some(own) if own == name => format!(" && goexperiment.{name}"),
            _ => format!(" && !goexperiment.{name}"),
        };
        EXPERIMENTS.map(tag).concat()
    }

    /// The only Go file of the sub-package.
    pub fn doc(self, kernel: Kernel) -> String {
        let (level, which) = (self.level(), kernel.name());
        let experiment = self
            .experiment
            .map_or_else(String::new, |e| format!(" and GOEXPERIMENT={e}"));
        format!(
            "// Package {level} holds goxide's {which} kernel as a Go object for GOAMD64={level}{experiment}.\npackage {level}\n"
        )
    }
}

fn package_name(kernel: Kernel) -> &'static str {
    let path = kernel.import_path();
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraint(level: u8, experiment: Option<&'static str>) -> String {
        let text = Variant { level, experiment }.chooser(Kernel::Release);
        let line = text.lines().next().unwrap_or_default();
        line.trim_start_matches("//go:build ").to_owned()
    }

    /// Whether the constraint holds under these tags; it consists of tags, `!` and `&&`.
    fn holds(constraint: &str, tags: &[&str]) -> bool {
        constraint
            .split(" && ")
            .all(|part| match part.strip_prefix('!') {
                Some(tag) => !tags.contains(&tag),
                None => tags.contains(&part),
            })
    }

    #[test]
    fn exactly_one_variant_is_chosen() {
        let levels = ["amd64.v1", "amd64.v2", "amd64.v3", "amd64.v4"];
        for (count, experiment) in [(1, None), (3, None), (4, Some("goexperiment.jsonv2"))] {
            let mut tags = levels[..count].to_vec();
            tags.extend(experiment);
            let chosen =
                Variant::all().filter(|v| holds(&constraint(v.level, v.experiment), &tags));
            assert_eq!(chosen.count(), 1, "{tags:?}");
        }
        assert!(holds(
            &constraint(2, Some("rangefunc")),
            &["amd64.v2", "goexperiment.rangefunc"]
        ));
    }

    #[test]
    fn the_debug_kernel_has_its_own_package() {
        let variant = Variant {
            level: 3,
            experiment: None,
        };
        assert!(
            variant
                .chooser(Kernel::Debug)
                .contains("package kerneldebug\n")
        );
    }
}
