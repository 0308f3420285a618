//! GOAMD64 levels: the object header names one, so the kernel lies in the GOROOT once for each.

use super::Kernel;

/// A value of GOAMD64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(u8);

impl Level {
    /// v1 to v4.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// As GOAMD64 spells it; also the name of the sub-package.
    pub fn name(self) -> String {
        format!("v{}", self.0)
    }

    /// The file of the leaf package that imports this level's sub-package.
    pub fn chooser_name(self) -> String {
        format!("level{}.go", self.0)
    }

    /// Its content. Go sets the tags of all levels up to the one in force, so the highest tag decides.
    pub fn chooser(self, kernel: Kernel) -> String {
        let constraint = match self.0 {
            1 => "!amd64.v2".to_string(),
            4 => "amd64.v4".to_string(),
            n => format!("amd64.v{n} && !amd64.v{}", n + 1),
        };
        let (path, package) = (kernel.import_path(), package_name(kernel));
        format!(
            "//go:build {constraint}\n\npackage {package}\n\nimport _ \"{path}/{}\"\n",
            self.name()
        )
    }

    /// The only Go file of the sub-package.
    pub fn doc(self, kernel: Kernel) -> String {
        let (level, which) = (self.name(), kernel.name());
        format!(
            "// Package {level} holds goxide's {which} kernel as a Go object for GOAMD64={level}.\npackage {level}\n"
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

    #[test]
    fn exactly_one_level_is_chosen() {
        let constraints: Vec<String> = Level::ALL.map(|l| l.chooser(Kernel::Release)).into();
        assert!(constraints[0].contains("//go:build !amd64.v2\n"));
        assert!(constraints[1].contains("//go:build amd64.v2 && !amd64.v3\n"));
        assert!(constraints[3].contains("//go:build amd64.v4\n"));
        assert!(
            Level::ALL[2]
                .chooser(Kernel::Debug)
                .contains("package kerneldebug\n")
        );
    }
}
