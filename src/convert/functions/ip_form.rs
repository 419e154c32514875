//! IP addresses and networks that only old Kubernetes takes: `010.0.0.5`, `::ffff:10.0.0.5`,
//! `10.0.0.5/24`.

use std::net::{IpAddr, Ipv4Addr};

use crate::yaml::Node;

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

/// The scope is an address or a network.
pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let Some(text) = scope.node.as_str() else {
        return Ok(());
    };
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Some(stripped) = without_zeros(address) else {
        return Ok(());
    };
    let Ok(ip) = stripped.parse::<IpAddr>() else {
        return Ok(());
    };
    if let IpAddr::V6(v6) = ip
        && let Some(v4) = v6.to_ipv4_mapped()
    {
        let text =
            format!("{text} is an IPv4 address in the form of IPv6; if it means {v4}, write that");
        scope.manual(&[], text);
        return Ok(());
    }
    let bits = match prefix.map(str::parse::<u32>) {
        Some(Ok(bits)) => Some(bits),
        Some(Err(_)) => return Ok(()),
        None => None,
    };
    if let Some(network) = bits.and_then(|bits| network(ip, bits))
        && network != ip
    {
        let (bits, all) = (
            bits.unwrap_or_default(),
            if ip.is_ipv4() { 32 } else { 128 },
        );
        let text = format!(
            "{text} is an address in a network: write the network, {network}/{bits}, which is what old Kubernetes took it for, or the one address, {ip}/{all}"
        );
        scope.manual(&[], text);
        return Ok(());
    }
    if stripped == address {
        return Ok(());
    }
    let new = match prefix {
        Some(prefix) => format!("{stripped}/{prefix}"),
        None => stripped,
    };
    let text = format!("{text} -> {new}");
    let why = "Kubernetes has read the numbers as decimal ones; some other software takes a leading zero for octal";
    scope.changed(Grade::Safe, &[], text, why);
    scope.node.set_scalar(&Node::string(new))?;
    Ok(())
}

/// An IPv4 address without leading zeros, anything else as it is; `None` where it is neither.
fn without_zeros(address: &str) -> Option<String> {
    if address.contains(':') {
        return Some(address.to_owned());
    }
    let octets: Option<Vec<u8>> = address
        .split('.')
        .map(|octet| {
            let digits = !octet.is_empty() && octet.bytes().all(|b| b.is_ascii_digit());
            octet.parse().ok().filter(|_| digits)
        })
        .collect();
    let octets: [u8; 4] = octets?.try_into().ok()?;
    Some(Ipv4Addr::from(octets).to_string())
}

/// The first address of a network.
fn network(ip: IpAddr, bits: u32) -> Option<IpAddr> {
    match ip {
        IpAddr::V4(ip) => {
            let host = u32::MAX.checked_shr(bits).unwrap_or(0);
            (bits <= 32).then(|| Ipv4Addr::from(u32::from(ip) & !host).into())
        }
        IpAddr::V6(ip) => {
            let host = u128::MAX.checked_shr(bits).unwrap_or(0);
            (bits <= 128).then(|| std::net::Ipv6Addr::from(u128::from(ip) & !host).into())
        }
    }
}
