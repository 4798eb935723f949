//! The boot data as it stands in the page: JSON in a script element, each message encoded once for all pages.

use crate::{
    features::messages::{
        model::{Message, Page},
        render_cache::{CachedMessage, RenderCache, escape_for_script},
    },
    model::{
        error::{AppError, AppResult, Code},
        initial_data::{Boot, InitialScreen, View},
    },
    screens::cached_row::{CachedRows, PageRows},
};
use std::{mem, sync::Arc};

/// Where the messages stand in a page that has none. No string holds this: in a string of JSON a quote has a `\` before it.
const NONE: &str = "\"messages\":[]";

/// The data, in pieces.
pub struct Data {
    around: String,
    /// Where in `around` the messages belong.
    at: usize,
    messages: Arc<[Arc<CachedMessage>]>,
    rows: CachedRows,
}

impl Data {
    /// # Errors
    /// None that the data can cause.
    pub fn new(boot: &mut Boot, cache: &Arc<RenderCache>) -> AppResult<Self> {
        // What is encoded already is put in afterwards.
        let messages = page(boot).map(|page| mem::take(&mut page.messages)).unwrap_or_default();
        let encoded = Self::around(boot).and_then(|around| {
            let at = around.find(NONE).map_or(around.len(), |at| at + NONE.len() - 1);
            let cached = |message: &Message| match cache.get(message.id, message.seq) {
                Some(cached) => Ok(cached),
                None => CachedMessage::new(message.clone()).map(Arc::new),
            };
            let messages: Arc<[_]> = messages.iter().map(cached).collect::<Result<_, _>>()?;
            let rows = page(boot).map(|page| PageRows {
                cache: cache.clone(),
                head: page.head,
                messages: messages.clone(),
                with_facets: page.with_facet(),
            });
            Ok(Self { around, at, messages, rows: CachedRows(rows.map(Arc::new)) })
        });
        if let Some(page) = page(boot) {
            page.messages = messages;
        }
        encoded.map_err(|error| {
            tracing::error!(%error, "the boot data could not be encoded");
            AppError::new(Code::Internal)
        })
    }

    fn around(boot: &Boot) -> serde_json::Result<String> {
        serde_json::to_string(boot).map(|json| escape_for_script(&json))
    }

    fn len(&self) -> usize {
        self.around.len() + self.messages.iter().map(|cached| cached.json().len() + 1).sum::<usize>()
    }

    /// Returns what the rows of the page are taken from.
    pub fn rows(&self) -> CachedRows {
        self.rows.clone()
    }

    /// Returns the JSON.
    pub fn json(&self) -> String {
        let mut json = String::with_capacity(self.len());
        let (before, after) = self.around.split_at(self.at);
        json.push_str(before);
        for (n, cached) in self.messages.iter().enumerate() {
            if n > 0 {
                json.push(',');
            }
            json.push_str(cached.json());
        }
        json.push_str(after);
        json
    }
}

/// The messages of a room's page, with what comes with them.
fn page(boot: &mut Boot) -> Option<&mut Page> {
    match &mut boot.view {
        View::Workspace(workspace) => match &mut workspace.place {
            InitialScreen::Room { page, .. } => Some(page),
            _ => None,
        },
        View::Enter => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        features::{people::model::User, rooms::model::Room, workspace::model::WorkspaceState},
        i18n::Lang,
        model::{
            ids::{RoomId, Seq, UserId},
            initial_data::{Theme, Workspace, Zone},
            things::PageData,
        },
        tests::samples::message,
    };

    const HOSTILE: &str = "\"messages\":[] </script> \\\"messages\\\":[] <!-- \u{2028}";

    fn boot(messages: Vec<Message>) -> Boot {
        let user = User { seq: Seq(1), id: UserId(1), name: HOSTILE.to_owned(), hue: 1, ..User::default() };
        let room =
            Room { seq: Seq(1), id: RoomId(1), name: HOSTILE.to_owned(), creator: None, last: 0, last_n: 0, ..Room::default() };
        let page = Page { messages, at_start: true, at_end: true, head: Seq(3), ..Page::default() };
        let workspace = Workspace {
            workspace: WorkspaceState::default(),
            me: user.clone(),
            session: "s".to_owned(),
            store: HOSTILE.to_owned(),
            head: Seq(3),
            rooms: vec![room],
            joined: vec![RoomId(1)],
            admin_of: Vec::new(),
            members: Vec::new(),
            subscriptions: Vec::new(),
            next: None,
            users: vec![user],
            place: InitialScreen::Room { room: RoomId(1), page, target: None, key: HOSTILE.to_owned() },
            beside: PageData::default(),
        };
        let view = View::Workspace(Box::new(workspace));
        Boot { lang: Lang::En, theme: Theme::System, zone: Zone::utc(), now: 0, build: HOSTILE.to_owned(), view, refused: None }
    }

    #[test]
    fn in_pieces_it_is_what_it_is_in_one() {
        let cache = Arc::new(RenderCache::default());
        let all = [message(1, HOSTILE), message(2, "plain"), message(3, "<b>")];
        cache.insert(Seq(3), Arc::new(CachedMessage::new(all[1].clone()).unwrap()));
        for count in 0..=all.len() {
            let mut boot = boot(all[..count].to_vec());
            let whole = escape_for_script(&serde_json::to_string(&boot).unwrap());
            let data = Data::new(&mut boot, &cache).unwrap();
            let html = data.json();
            assert!(html == whole && !html.contains('<'), "{html}\n{whole}");
            assert_eq!(page(&mut boot).unwrap().messages.len(), count, "the page is as it was");
        }
        let mut enter_page = Boot { view: View::Enter, ..boot(Vec::new()) };
        let html = Data::new(&mut enter_page, &cache).unwrap().json();
        assert_eq!(html, escape_for_script(&serde_json::to_string(&enter_page).unwrap()));
    }
}
