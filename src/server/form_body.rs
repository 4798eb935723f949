//! The body of a post: read within its row's limit, and taken apart into the fields of a form.

use crate::{
    model::error::{AppError, AppResult, Code, Reason},
    request::{endpoint::Endpoint, refusals::Fields},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, header},
};
use http_body::Body as _;
use http_body_util::BodyExt;
use percent_encoding::percent_decode;
use std::time::Duration;

/// Fields of a form, at most.
const FIELDS: usize = 32;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// After a refusal this much of the body is read and thrown away, or for this long: else the client sees a broken pipe
/// instead of the answer.
const DRAIN: usize = 4 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Reads the body, once the head is right.
///
/// # Errors
/// Those of [`check_head`] for `endpoint`; `bad_input` where it does not arrive.
pub async fn read(endpoint: Option<&Endpoint>, method: &Method, headers: &HeaderMap, mut body: Body) -> AppResult<Bytes> {
    let limit = endpoint.map_or(0, |endpoint| endpoint.body_limit);
    if let Err(error) = check_head(endpoint, method, headers) {
        discard(headers, body);
        return Err(error);
    }
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| AppError::new(Code::BadInput))?;
            let data = frame.data_ref().map_or(&[][..], |data| data);
            if bytes.len() + data.len() > limit {
                return Err(AppError::new(Code::TooLarge));
            }
            bytes.extend_from_slice(data);
        }
        Ok(())
    };
    match tokio::time::timeout(BODY_TIME, reading).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            discard(headers, body);
            return Err(error);
        }
        Err(_) => return Err(AppError::new(Code::BadInput)),
    }
    // A function without fields may be called without a body, and then there is no type to name.
    if !bytes.is_empty() && !headers.contains_key(header::CONTENT_TYPE) {
        return Err(AppError::new(Code::ContentType));
    }
    Ok(bytes.into())
}

/// Checks everything that can be told before the body is there.
///
/// # Errors
/// `not_found` for a path without a row, `method_not_allowed`, `too_large`, `content_type` (also for a body that is encoded).
fn check_head(endpoint: Option<&Endpoint>, method: &Method, headers: &HeaderMap) -> AppResult<()> {
    let endpoint = endpoint.ok_or(AppError::new(Code::NotFound))?;
    if method != Method::POST {
        return Err(AppError::new(Code::MethodNotAllowed));
    }
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?").trim());
    if text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > endpoint.body_limit as u64)
    {
        return Err(AppError::new(Code::TooLarge));
    }
    let is_form = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    };
    let encoded = |coding: &str| !coding.eq_ignore_ascii_case("identity");
    if text(header::CONTENT_TYPE).is_some_and(|kind| !is_form(kind)) || text(header::CONTENT_ENCODING).is_some_and(encoded) {
        return Err(AppError::new(Code::ContentType));
    }
    Ok(())
}

/// Throws away what is still to come of the body of a refused request, beside the answer. A client that waits to be told to go
/// on (`Expect: 100-continue`) is not told.
pub fn discard(headers: &HeaderMap, body: Body) {
    if !headers.contains_key(header::EXPECT) && !body.is_end_stream() {
        tokio::spawn(drain(body));
    }
}

async fn drain<B: http_body::Body<Data = Bytes> + Send>(body: B) {
    let mut body = std::pin::pin!(body);
    let reading = async {
        let mut left = DRAIN;
        while let Some(Ok(frame)) = body.frame().await {
            let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { break };
            left = rest;
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

/// Takes a form apart. Percent-decoded bytes that are not UTF-8, in a name or a value, are an error that names the field; the
/// others are kept.
///
/// # Errors
/// `bad_input` with the fields as far as they can be read, also where there are more than [`FIELDS`].
pub fn decode(bytes: &[u8]) -> Result<Fields, (Fields, AppError)> {
    let mut fields = Fields::new();
    let mut wrong = None;
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        if fields.len() == FIELDS {
            wrong.get_or_insert_with(|| AppError { reason: Some(Reason::Malformed), ..AppError::new(Code::BadInput) });
            break;
        }
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let text = |raw: &[u8]| {
            let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            let decoded: Vec<u8> = percent_decode(&spaced).collect();
            String::from_utf8(decoded).map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        };
        let (name, value) = (text(&pair[..at]), text(pair.get(at + 1..).unwrap_or_default()));
        let broken = name.is_err() || value.is_err();
        let (name, value) = (name.unwrap_or_else(|lossy| lossy), value.unwrap_or_else(|lossy| lossy));
        if broken {
            wrong.get_or_insert_with(|| AppError::bad_input(&name, Reason::Malformed));
        }
        fields.push((name, value));
    }
    match wrong {
        None => Ok(fields),
        Some(error) => Err((fields, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_has_more_fields_than_the_limit() {
        assert_eq!(decode(&b"a=1&".repeat(FIELDS)).unwrap().len(), FIELDS);
        let (fields, error) = decode(&b"a=1&".repeat(FIELDS + 1)).unwrap_err();
        assert_eq!((fields.len(), error.code, error.reason), (FIELDS, Code::BadInput, Some(Reason::Malformed)));
    }

    #[test]
    fn the_work_for_a_form_grows_with_its_length() {
        for piece in ["&", "=", "a=&", "%", "%f", "%ff", "+", "a", "%00", "&&a"] {
            crate::tests::growth::assert_linear("", piece, "", |text| {
                std::hint::black_box(decode(text.as_bytes()).is_ok());
            });
        }
    }

    #[test]
    fn broken_utf8_names_its_field_and_keeps_the_others() {
        let (fields, error) = decode(b"room=1&key=k&text=%ff%fe").unwrap_err();
        assert_eq!(error, AppError::bad_input("text", Reason::Malformed));
        assert_eq!(fields[0], ("room".to_owned(), "1".to_owned()));
        let (fields, error) = decode(b"room=1&%ffoom=2&text=t").unwrap_err();
        assert_eq!((error, fields.len()), (AppError::bad_input("\u{fffd}oom", Reason::Malformed), 3));
        assert_eq!(decode("text=a+b%20%E4%BD%A0%ef%bf%bd".as_bytes()).unwrap()[0].1, "a b 你\u{fffd}");
    }
}
