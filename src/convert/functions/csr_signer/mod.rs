//! The signer of a CertificateSigningRequest that names none: the API server took it from the request
//! itself, if the request was one of a kubelet.

mod request;

use crate::yaml::{At, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;
use request::Request;

const CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const SERVING: &str = "kubernetes.io/kubelet-serving";

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let Some(spec) = scope.node.get("spec") else {
        return Ok(());
    };
    if spec.get("signerName").is_some_and(|name| !name.is_null()) {
        return Ok(());
    }
    let usages = spec.get("usages").map_or(&[][..], Node::items);
    let usages: Vec<&str> = usages
        .iter()
        .filter_map(|usage| usage.value().as_str())
        .collect();
    let request = spec.get("request").and_then(Node::as_str);
    let Some(signer) = request
        .and_then(Request::read)
        .and_then(|request| signer(&request, &usages))
    else {
        return Ok(());
    };
    let text = format!("wrote spec.signerName: {signer}");
    let why = "v1 requires it; v1beta1 took it from the request, which is one of a kubelet";
    scope.changed(Grade::Safe, &["spec", "signerName"], text, why);
    if let Some(spec) = scope.node.get_mut("spec")? {
        spec.take("signerName")?;
        spec.insert("signerName", Node::string(signer), At::After(&["request"]))?;
    }
    Ok(())
}

/// The signer that v1beta1 took for a request of a kubelet; `None` for any other.
fn signer(request: &Request, usages: &[&str]) -> Option<&'static str> {
    let of_node = request.organizations == ["system:nodes"]
        && request.common_name.starts_with("system:node:")
        && !request.names_email_or_uri;
    if !of_node {
        return None;
    }
    if !request.names_host && is_for(usages, "client auth") {
        Some(CLIENT)
    } else if request.names_host && is_for(usages, "server auth") {
        Some(SERVING)
    } else {
        None
    }
}

/// Whether these are the usages of a kubelet's certificate, with or without key encipherment.
fn is_for(usages: &[&str], purpose: &str) -> bool {
    let known = ["digital signature", "key encipherment", purpose];
    usages.contains(&"digital signature")
        && usages.contains(&purpose)
        && usages.iter().all(|usage| known.contains(usage))
}
