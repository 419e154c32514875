//! Reading the few things of a certificate request (PKCS #10) that tell whose it is. Anything unexpected
//! makes it unreadable.

/// Object identifiers, as DER has them.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// Tags of DER.
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const ATTRIBUTES: u8 = 0xa0;

/// What a certificate is asked for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Request {
    pub common_name: String,
    pub organizations: Vec<String>,
    /// Other names: of hosts or their addresses.
    pub names_host: bool,
    pub names_email_or_uri: bool,
}

impl Request {
    /// Reads the text of `spec.request`: base64 of a PEM block.
    pub fn read(text: &str) -> Option<Request> {
        let pem = String::from_utf8(base64(text)?).ok()?;
        let (_, body) = pem.split_once("-----BEGIN CERTIFICATE REQUEST-----")?;
        let (body, _) = body.split_once("-----END CERTIFICATE REQUEST-----")?;
        let der = base64(body)?;
        let mut info = Reader(Reader(&der).expect(SEQUENCE)?);
        let mut info = Reader(info.expect(SEQUENCE)?);
        info.next()?; // the version
        let subject = info.expect(SEQUENCE)?;
        info.next()?; // the key
        let mut request = Request::default();
        request.read_subject(subject)?;
        if let Some((ATTRIBUTES, attributes)) = info.next() {
            request.read_attributes(attributes)?;
        }
        Some(request)
    }

    fn read_subject(&mut self, subject: &[u8]) -> Option<()> {
        let mut names = Reader(subject);
        while !names.is_done() {
            let mut set = Reader(names.expect(SET)?);
            while !set.is_done() {
                let mut name = Reader(set.expect(SEQUENCE)?);
                let kind = name.expect(OBJECT_IDENTIFIER)?;
                let (_, text) = name.next()?;
                let text = String::from_utf8(text.to_vec()).ok()?;
                if kind == COMMON_NAME {
                    self.common_name = text;
                } else if kind == ORGANIZATION {
                    self.organizations.push(text);
                }
            }
        }
        Some(())
    }

    fn read_attributes(&mut self, attributes: &[u8]) -> Option<()> {
        let mut attributes = Reader(attributes);
        while !attributes.is_done() {
            let mut attribute = Reader(attributes.expect(SEQUENCE)?);
            if attribute.expect(OBJECT_IDENTIFIER)? != EXTENSION_REQUEST {
                continue;
            }
            let mut values = Reader(attribute.expect(SET)?);
            let mut extensions = Reader(values.expect(SEQUENCE)?);
            while !extensions.is_done() {
                let mut extension = Reader(extensions.expect(SEQUENCE)?);
                if extension.expect(OBJECT_IDENTIFIER)? != ALTERNATIVE_NAMES {
                    continue;
                }
                let (mut tag, mut value) = extension.next()?;
                if tag != OCTETS {
                    // It is critical, or not.
                    (tag, value) = extension.next()?;
                }
                if tag != OCTETS {
                    return None;
                }
                self.read_names(Reader(value).expect(SEQUENCE)?)?;
            }
        }
        Some(())
    }

    fn read_names(&mut self, names: &[u8]) -> Option<()> {
        let mut names = Reader(names);
        while !names.is_done() {
            match names.next()?.0 {
                // A DNS name, an IP address.
                0x82 | 0x87 => self.names_host = true,
                // An address of email, a URI.
                0x81 | 0x86 => self.names_email_or_uri = true,
                _ => {}
            }
        }
        Some(())
    }
}

/// Reads the values of DER one after the other.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag and the content of the next value.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first & 0x7f);
        if first & 0x80 != 0 {
            let digits;
            (digits, rest) = rest.split_at_checked(length).filter(|_| length <= 4)?;
            length = digits
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
        }
        let content;
        (content, self.0) = rest.split_at_checked(length)?;
        Some((tag, content))
    }

    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next()
            .filter(|(found, _)| *found == tag)
            .map(|(_, content)| content)
    }
}

/// Decodes base64, in which white space does not count.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    let digits = text.bytes().filter(|b| !b.is_ascii_whitespace());
    for byte in digits.clone().take_while(|b| *b != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    (digits.count() % 4 == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_base64() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("Zm9v", Some(b"foo")),
            ("Zm9v\nYg==", Some(b"foob")),
            ("Zm9vYmE=", Some(b"fooba")),
            ("/+8=", Some(b"\xff\xef")),
            ("Zm9", None),
            ("Zm9-", None),
        ] {
            assert_eq!(base64(text).as_deref(), bytes, "{text}");
        }
    }

    #[test]
    fn what_is_no_request_is_unreadable() {
        // A block with nothing in it, and one with a length that is not there.
        for block in ["", "MAA=", "MIT/////", "MAUwAwIB"] {
            let pem = format!(
                "-----BEGIN CERTIFICATE REQUEST-----\n{block}\n-----END CERTIFICATE REQUEST-----\n"
            );
            let text = encode(pem.as_bytes());
            assert_eq!(base64(&text).as_deref(), Some(pem.as_bytes()));
            assert_eq!(Request::read(&text), None, "{block}");
        }
        assert_eq!(Request::read("LS0tLS1CRUdJTg=="), None);
        assert_eq!(Request::read("${REQUEST}"), None);
    }

    fn encode(bytes: &[u8]) -> String {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let mut three = [0; 3];
            three[..chunk.len()].copy_from_slice(chunk);
            let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
            for digit in 0..4 {
                let value = bits >> (18 - 6 * digit) & 63;
                out.push(if digit > chunk.len() {
                    '='
                } else {
                    char::from(DIGITS[value as usize])
                });
            }
        }
        out
    }
}
