//! Pages, live events and pending sends merged.

use super::model::Body;
use crate::{
    error::Code,
    ids::{MessageId, UserId},
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowKey(pub String);

impl std::fmt::Display for RowKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub key: RowKey,
    pub id: Option<MessageId>,
    pub author: UserId,
    pub at: u64,
    pub content: Content,
    pub delivery: Delivery,
    pub day: Option<i64>,
    pub first: bool,
    pub mine: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Body(Body),
    Plain(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    Pending { slow: bool },
    Failed { code: Option<Code> },
}
