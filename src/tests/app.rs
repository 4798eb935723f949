//! TestApp: a whole server on a port and a data directory of its own, with verbs.

use super::{answer::Answer, person::Person};
use crate::{
    model::ids::UserId,
    server::{config::Config, serve::listen, start, state::Process},
};
use reqwest::{Client, Method, RequestBuilder, redirect::Policy};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

/// Longest wait for anything that is promised; nothing measures how much shorter it was.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What to start a server with.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    values: Vec<(&'static str, String)>,
}

impl Builder {
    /// Another value than the default for `key` of the configuration.
    pub fn set(mut self, key: &'static str, value: impl ToString) -> Self {
        self.values.push((key, value.to_string()));
        self
    }

    /// The configuration over `dir`: rates off, so that tests are not held up, unless set.
    pub fn config(&self, dir: &Path) -> Config {
        let mut flags = vec![
            ("site_addr", "127.0.0.1:0".to_owned()),
            ("data_dir", dir.to_string_lossy().into_owned()),
            ("posts_per_second", "0".to_owned()),
            ("enters_per_minute", "0".to_owned()),
            ("entry", "open".to_owned()),
        ];
        flags.extend(self.values.iter().cloned());
        Config::load(None, std::iter::empty(), &flags).unwrap()
    }

    pub async fn start(self) -> TestApp {
        self.start_in(Arc::new(TempDir::new().unwrap())).await
    }

    async fn start_in(self, dir: Arc<TempDir>) -> TestApp {
        super::log::install();
        let config = self.config(dir.path());
        let listener = listen(config.site_addr).unwrap();
        let address = listener.local_addr().unwrap();
        let app = start::open(config).await.unwrap();
        let (stop, stopping) = oneshot::channel::<()>();
        let running = tokio::spawn({
            let app = app.clone();
            async move {
                start::run(app, listener, async {
                    let _ = stopping.await;
                })
                .await;
            }
        });
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(TEST_TIMEOUT).build().unwrap();
        let site = Site { url: format!("http://{address}"), client };
        TestApp { site, address, app, dir, stop, running, builder: self }
    }
}

/// Where a server answers, and how it is asked.
#[derive(Debug, Clone)]
pub struct Site {
    pub url: String,
    pub client: Client,
}

impl Site {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// A post as a program makes it.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(json(form(self.request(Method::POST, path), &encode(fields)))).await
    }

    /// A post as a browser's form makes it.
    pub async fn post_html(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(html(form(self.request(Method::POST, path), &encode(fields)))).await
    }
}

/// Fields as a form writes them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

pub fn form(request: RequestBuilder, body: &str) -> RequestBuilder {
    request.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned())
}

pub fn json(request: RequestBuilder) -> RequestBuilder {
    request.header("accept", "application/json")
}

pub fn html(request: RequestBuilder) -> RequestBuilder {
    request.header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
}

/// A running server.
pub struct TestApp {
    pub site: Site,
    pub address: SocketAddr,
    pub app: Process,
    pub dir: Arc<TempDir>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
    builder: Builder,
}

impl std::ops::Deref for TestApp {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Builder::default().start().await
    }

    pub fn with(key: &'static str, value: impl ToString) -> Builder {
        Builder::default().set(key, value)
    }

    /// Enters as `name`.
    pub async fn enter(&self, name: &str) -> Person {
        let answer = self.post("/api/auth/enter", &[("name", name)]).await;
        Person::entered(self.site.clone(), &answer)
    }

    /// Sends bytes as they are, and returns everything that comes until the server closes, or until `until` has come.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>, until: &str) -> String {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes.as_ref()).await.unwrap();
        let mut answer = Vec::new();
        let reading = async {
            while socket.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {
                if !until.is_empty() && String::from_utf8_lossy(&answer).contains(until) {
                    break;
                }
            }
        };
        tokio::time::timeout(TEST_TIMEOUT, reading).await.expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The same person, with the same cookie, at this server.
    pub fn again(&self, person: &Person) -> Person {
        Person { site: self.site.clone(), ..person.clone() }
    }

    /// Ends in order, as on SIGTERM.
    pub async fn stop(self) -> Arc<TempDir> {
        let Self { app, dir, stop, running, .. } = self;
        let _ = stop.send(());
        tokio::time::timeout(TEST_TIMEOUT, running).await.expect("the server ends").unwrap();
        drop(app);
        dir
    }

    /// Ends and starts again on the same data.
    pub async fn restart(self) -> Self {
        self.restart_with(|builder| builder).await
    }

    /// As [`Self::restart`], with another configuration.
    pub async fn restart_with(self, change: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = change(self.builder.clone());
        let dir = self.stop().await;
        builder.start_in(dir).await
    }

    /// What a start finds after the power went off at this very moment: the bytes on disk, the log not yet merged.
    pub async fn after_power_loss(&self) -> Self {
        let dir = TempDir::new().unwrap();
        let mut files: Vec<_> = std::fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        // The log first: moved into the database in between it is there twice, which is as good as once.
        files.sort_by_key(|path| !path.to_string_lossy().ends_with("-wal"));
        for path in files.iter().filter(|path| path.is_file() && !path.to_string_lossy().ends_with("-shm")) {
            std::fs::copy(path, dir.path().join(path.file_name().unwrap())).unwrap();
        }
        self.builder.clone().start_in(Arc::new(dir)).await
    }

    /// A number out of the database.
    pub async fn count(&self, sql: &'static str) -> u64 {
        self.app.db.read(move |read| Ok(read.row(sql, &[], |row| row.get(0))?)).await.unwrap().unwrap()
    }

    /// How much there is of everything, and the newest number: equal before and after where nothing was changed.
    pub async fn rows(&self) -> [u64; 7] {
        [
            self.count("SELECT value FROM sequence").await,
            self.count("SELECT count(*) FROM users").await,
            self.count("SELECT count(*) FROM sessions").await,
            self.count("SELECT count(*) FROM rooms").await,
            self.count("SELECT count(*) FROM members").await,
            self.count("SELECT count(*) FROM messages").await,
            self.count("SELECT count(*) FROM messages WHERE deleted").await,
        ]
    }

    /// Waits until this many streams are open.
    pub async fn until_streams(&self, wanted: usize) {
        let waiting = async {
            while self.app.hub.figures().0 != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(TEST_TIMEOUT, waiting).await.expect("that many streams");
    }

    /// The newest number.
    pub fn head(&self) -> u64 {
        self.app.hub.head().0
    }

    /// Sends from inside, without HTTP, where a test needs many messages and not the way they came.
    pub async fn fill(&self, author: UserId, room: u64, texts: impl Iterator<Item = String>) {
        use crate::{
            features::messages::{markup, store},
            model::ids::RoomId,
        };
        for text in texts {
            let (key, body) = (crate::tests::store_fixture::fresh_key(), markup::parse(&text));
            let new = store::NewMessage { room: RoomId(room), author, key, text, body };
            store::send(&self.app.db, &self.app.hooks, new).await.unwrap();
        }
    }
}
