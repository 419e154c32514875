//! What a file is, before anybody parses it.

use std::path::Path;

use memchr::memmem;

use super::prefilter::Prefilter;
use crate::manifest;
use crate::report::Skip;
use crate::yaml;

/// What the bytes of a file are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    /// It names no old API version: nothing to do.
    Clean,
    Skipped {
        why: Skip,
        names_old: bool,
    },
    /// To be parsed. A byte order mark stays in the text.
    Text(&'a str),
}

/// How a file came to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin<'a> {
    /// Its real path; none for standard input.
    pub path: Option<&'a Path>,
    /// Whether files that a program made are taken too.
    pub generated: bool,
}

/// Sorts a file by its bytes.
pub(super) fn classify<'a>(bytes: &'a [u8], prefilter: &Prefilter, origin: Origin) -> Content<'a> {
    let skipped = |why, bytes| Content::Skipped {
        why,
        names_old: prefilter.names_old(bytes),
    };
    if let Some(text) = utf16(bytes) {
        return skipped(Skip::Utf16, text.as_bytes());
    }
    if memchr::memchr(0, bytes).is_some() {
        return skipped(Skip::Binary, bytes);
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return skipped(Skip::NotUtf8, bytes);
    };
    if !prefilter.may_hold(bytes) {
        return Content::Clean;
    }
    let why = if !origin.generated && is_generated(origin.path, text) {
        Skip::Generated
    } else if is_sops(text) {
        Skip::Sops
    } else if has_braces(text) && origin.path.is_some_and(in_chart_templates) {
        Skip::Template
    } else {
        return Content::Text(text);
    };
    skipped(why, bytes)
}

/// Whether a text holds what templates hold. Plain YAML may too, in strings and comments: only a
/// text that does not parse, or lies where templates lie, is taken for one.
pub(super) fn has_braces(text: &str) -> bool {
    ["{{", "{%"]
        .iter()
        .any(|brace| memmem::find(text.as_bytes(), brace.as_bytes()).is_some())
}

/// The text of UTF-16 with a byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (decode, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let units: Vec<u16> = rest.as_chunks().0.iter().copied().map(decode).collect();
    Some(String::from_utf16_lossy(&units))
}

/// A file that the next run of its generator would overwrite: Flux' components, and what says so
/// in the comments at its top.
fn is_generated(path: Option<&Path>, text: &str) -> bool {
    if path
        .and_then(Path::file_name)
        .is_some_and(|name| name == "gotk-components.yaml")
    {
        return true;
    }
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let mut head =
        lines.take_while(|line| line.is_empty() || line.starts_with('#') || *line == "---");
    head.any(|line| line.contains("DO NOT EDIT"))
}

/// Whether SOPS encrypted the file: each document carries the signature over its values. A stream
/// in which only some do was put together later, and the others may be edited.
fn is_sops(text: &str) -> bool {
    if memmem::find(text.as_bytes(), b"sops").is_none() {
        return false;
    }
    let signed = yaml::split(text).into_iter().filter_map(|chunk| {
        let document = yaml::Document::parse(&text[chunk.range]).ok()?.model();
        (!document.is_null()).then(|| manifest::is_encrypted(&document))
    });
    let mut signed = signed.peekable();
    signed.peek().is_some() && signed.all(|signed| signed)
}

/// Whether a file is a template of a Helm chart: below a folder `templates` beside `Chart.yaml`.
fn in_chart_templates(path: &Path) -> bool {
    path.ancestors().skip(1).any(|folder| {
        folder.file_name().is_some_and(|name| name == "templates")
            && folder
                .parent()
                .is_some_and(|chart| chart.join("Chart.yaml").is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n";

    fn sort(bytes: &(impl AsRef<[u8]> + ?Sized)) -> Content<'_> {
        sort_from(bytes, Origin::default())
    }

    fn sort_from<'a>(bytes: &'a (impl AsRef<[u8]> + ?Sized), origin: Origin) -> Content<'a> {
        classify(
            bytes.as_ref(),
            &Prefilter::of([("policy/v1beta1", true)]),
            origin,
        )
    }

    fn skipped(why: Skip, names_old: bool) -> Content<'static> {
        Content::Skipped { why, names_old }
    }

    #[test]
    fn old_versions_make_a_text_worth_parsing() {
        assert_eq!(sort(""), Content::Clean);
        assert_eq!(sort("apiVersion: policy/v1\n{{ not YAML"), Content::Clean);
        assert_eq!(sort(OLD), Content::Text(OLD));
        let marked = format!("\u{feff}{OLD}");
        assert_eq!(sort(&marked), Content::Text(&marked));
    }

    #[test]
    fn what_is_no_utf8_text_is_skipped() {
        assert_eq!(sort("a\0b"), skipped(Skip::Binary, false));
        assert_eq!(sort(&format!("{OLD}\0")), skipped(Skip::Binary, true));
        assert_eq!(
            sort(&[OLD.as_bytes(), b"# \xe4\n"].concat()),
            skipped(Skip::NotUtf8, true)
        );
        assert_eq!(sort(b"\xe4\n"), skipped(Skip::NotUtf8, false));
        for (mark, encode) in [
            ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xfe, 0xff], u16::to_be_bytes),
        ] {
            let text: Vec<u8> = OLD.encode_utf16().flat_map(encode).collect();
            assert_eq!(
                sort(&[&mark[..], &text].concat()),
                skipped(Skip::Utf16, true)
            );
        }
    }

    #[test]
    fn generated_files_are_known_by_name_and_by_their_first_comments() {
        let generated = format!("---\n# made by a tool. DO NOT EDIT.\n{OLD}");
        assert_eq!(sort(&generated), skipped(Skip::Generated, true));
        let named = Origin {
            path: Some(Path::new("flux-system/gotk-components.yaml")),
            generated: false,
        };
        assert_eq!(sort_from(OLD, named), skipped(Skip::Generated, true));
        let wanted = Origin {
            generated: true,
            ..named
        };
        assert!(matches!(sort_from(&generated, wanted), Content::Text(_)));
        assert!(matches!(
            sort(&format!("{OLD}# DO NOT EDIT\n")),
            Content::Text(_)
        ));
    }

    #[test]
    fn sops_files_are_known_by_their_signature() {
        let sops = format!("{OLD}data:\n  a: ENC[x]\nsops:\n  kms: []\n  mac: ENC[y]\n");
        assert_eq!(sort(&sops), skipped(Skip::Sops, true));
        assert_eq!(
            sort(&format!("# comment\n---\n{sops}---\n{sops}")),
            skipped(Skip::Sops, true)
        );
        assert!(matches!(
            sort(&format!("a: 1\n---\n{sops}")),
            Content::Text(_)
        ));
        assert!(matches!(
            sort(&format!("{OLD}sops: {{version: 3}}\n")),
            Content::Text(_)
        ));
    }

    #[test]
    fn chart_templates_are_known_by_their_place() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let chart = dir.path().join("chart");
        std::fs::create_dir_all(chart.join("templates/sub")).expect("folders");
        let file = chart.join("templates/sub/pdb.yaml");
        let origin = Origin {
            path: Some(&file),
            generated: false,
        };
        let text = format!("{OLD}metadata: {{name: \"{{{{ .Release.Name }}}}\"}}\n");
        assert!(
            matches!(sort_from(&text, origin), Content::Text(_)),
            "no chart yet"
        );
        std::fs::write(chart.join("Chart.yaml"), "").expect("a file");
        assert_eq!(sort_from(&text, origin), skipped(Skip::Template, true));
        assert!(
            matches!(sort_from(OLD, origin), Content::Text(_)),
            "Helm would write it as it is"
        );
    }
}
