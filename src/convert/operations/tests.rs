use std::str::FromStr;

use serde_json::json;

use super::*;
use crate::catalog::{Catalog, Policy, Window};
use crate::convert::{Answers, Defaults};

/// The new text of operations on an Ingress, or why there is none.
fn converted(text: &str, object: Option<&Json>) -> Result<Option<Operations>, String> {
    let catalog = Catalog::builtin();
    let options = Options {
        catalog,
        window: &Window::parse(catalog, &["1.33"], &[]).unwrap(),
        policy: Policy::from_str("deprecated").unwrap(),
        defaults: Defaults::Keep,
        safe_only: false,
        answers: &Answers::new(),
        form: Form::Whole,
        embedded: false,
    };
    let gvk = Gvk::new("networking.k8s.io/v1beta1", "Ingress");
    operations(text, &gvk, object, &options)
}

fn ingress(port: Json) -> Json {
    json!({
        "apiVersion": "networking.k8s.io/v1beta1",
        "kind": "Ingress",
        "metadata": {"name": "shop"},
        "spec": {"backend": {"serviceName": "shop", "servicePort": port}},
    })
}

fn text(operations: &str, object: Option<&Json>) -> String {
    converted(operations, object).unwrap().unwrap().text
}

#[test]
fn paths_lead_where_the_value_goes() {
    let new = text(
        "- op: replace  # now\n  path: \"/spec/backend/serviceName\"\n  value: b\n",
        None,
    );
    assert_eq!(
        new,
        "- op: replace  # now\n  path: \"/spec/defaultBackend/service/name\"\n  value: b\n"
    );
    let new = text(r#"[{"op": "remove", "path": "/spec/backend"}]"#, None);
    assert_eq!(new, r#"[{"op": "remove", "path": "/spec/defaultBackend"}]"#);
}

#[test]
fn what_has_no_old_path_stays() {
    let same = "- {op: add, path: /metadata/annotations/a.io~1b, value: c}\n";
    assert_eq!(converted(same, None), Ok(None));
    assert_eq!(converted(same, Some(&ingress(json!(80)))), Ok(None));
}

#[test]
fn a_value_of_another_type_takes_its_neighbour_away() {
    let operations = "- op: replace\n  path: /spec/backend/servicePort\n  value: 8080\n";
    let number = text(operations, Some(&ingress(json!(80))));
    assert!(
        number.contains("path: /spec/defaultBackend/service/port/number\n"),
        "{number}"
    );
    // The object has a name there, which a number beside it would contradict.
    let name = text(operations, Some(&ingress(json!("http"))));
    assert!(
        name.ends_with("path: /spec/defaultBackend/service/port\n  value:\n    number: 8080\n"),
        "{name}"
    );
}

#[test]
fn the_type_of_what_is_removed_is_that_of_the_object() {
    let operations = "- {op: remove, path: /spec/backend/servicePort}\n- {op: add, path: /spec/backend/servicePort, value: 1}\n";
    let done = converted(operations, Some(&ingress(json!(80))))
        .unwrap()
        .unwrap();
    assert!(done.checked);
    assert!(
        done.text
            .starts_with("- {op: remove, path: /spec/defaultBackend/service/port/number}")
    );
}

#[test]
fn what_cannot_be_converted_after_the_patch_is_for_a_person() {
    // An Ingress without the name of its service has no version 1.
    let operations = "- {op: remove, path: /spec/backend/serviceName}\n";
    let error = converted(operations, Some(&ingress(json!(80)))).unwrap_err();
    assert!(
        error.contains("the patched Ingress is for a person"),
        "{error}"
    );
}

#[test]
fn only_lists_of_operations_are_taken() {
    assert!(is_operations("# c\n---\n- {op: add, path: /a, value: 1}\n"));
    for other in [
        "a: 1\n",
        "- a\n",
        "[]\n",
        "- {op: add}\n---\n- {op: add}\n",
        "- [\n",
    ] {
        assert!(!is_operations(other), "{other}");
    }
    assert!(converted("a: 1\n", None).is_err());
}
