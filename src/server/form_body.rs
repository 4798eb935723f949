//! The body of a post: read within its row's limit, and taken apart into the fields of a form.

use crate::{
    model::error::{AppError, AppResult, Code, Reason},
    request::endpoint::Endpoint,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, header},
};
use http_body_util::BodyExt;
use percent_encoding::percent_decode;
use std::time::Duration;

/// The fields of a form, in order, as they were sent.
pub type Fields = Vec<(String, String)>;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// After a refusal this much of the body is read and thrown away, or for this long: else the client sees a broken pipe
/// instead of the answer.
const DRAIN: usize = 4 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Reads the body, once path, method, size and content type are right.
///
/// # Errors
/// `not_found` for a path without a row, `method_not_allowed`, `too_large`, `content_type`; `bad_input` where it does not arrive.
pub async fn read(endpoint: Option<&Endpoint>, method: &Method, headers: &HeaderMap, mut body: Body) -> AppResult<Bytes> {
    let limit = endpoint.map_or(0, |endpoint| endpoint.body_limit);
    if let Err(error) = check_request(endpoint, method, headers) {
        drain(body).await;
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
            drain(body).await;
            return Err(error);
        }
        Err(_) => return Err(AppError::new(Code::BadInput)),
    }
    let form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    });
    // A function without fields may be called without a body, and then there is no type to name.
    if !form && (!bytes.is_empty() || headers.contains_key(header::CONTENT_TYPE)) {
        return Err(AppError::new(Code::ContentType));
    }
    Ok(bytes.into())
}

fn check_request(endpoint: Option<&Endpoint>, method: &Method, headers: &HeaderMap) -> AppResult<()> {
    let endpoint = endpoint.ok_or(AppError::new(Code::NotFound))?;
    if method != Method::POST {
        return Err(AppError::new(Code::MethodNotAllowed));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > endpoint.body_limit as u64) {
        return Err(AppError::new(Code::TooLarge));
    }
    Ok(())
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

/// Takes a form apart. Percent-decoded bytes that are not UTF-8 are an error that names the field; the others are kept.
///
/// # Errors
/// `bad_input` with the fields as far as they can be read.
pub fn decode(bytes: &[u8]) -> Result<Fields, (Fields, AppError)> {
    let mut fields = Fields::new();
    let mut wrong = None;
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let text = |raw: &[u8]| {
            let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            let decoded: Vec<u8> = percent_decode(&spaced).collect();
            String::from_utf8(decoded).map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        };
        let name = text(&pair[..at]).unwrap_or_else(|lossy| lossy);
        match text(pair.get(at + 1..).unwrap_or_default()) {
            Ok(value) => fields.push((name, value)),
            Err(lossy) => {
                wrong.get_or_insert_with(|| AppError::bad_input(&name, Reason::Malformed));
                fields.push((name, lossy));
            }
        }
    }
    match wrong {
        None => Ok(fields),
        Some(error) => Err((fields, error)),
    }
}

/// Returns the value of the first field with this name.
pub fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_utf8_names_its_field_and_keeps_the_others() {
        let (fields, error) = decode(b"room=1&key=k&text=%ff%fe").unwrap_err();
        assert_eq!(error, AppError::bad_input("text", Reason::Malformed));
        assert_eq!(fields[0], ("room".to_owned(), "1".to_owned()));
        assert_eq!(decode("text=a+b%20%E4%BD%A0%ef%bf%bd".as_bytes()).unwrap()[0].1, "a b 你\u{fffd}");
    }
}
