//! Start and end of the process: open the store, fill the hub, serve, and leave in order.

use super::{
    assets::Manifest,
    config::Config,
    connections::Connections,
    health, layers, memory,
    router::router,
    serve::{HttpOptions, fits, serve},
    state::{Inner, Process},
    unread::Unread,
};
use crate::{
    database::{self, Change, Database, OpenOptions},
    features::{
        messages::render_cache::RenderCache,
        people::store::sights,
        rooms::store::{former, memberships},
        server::{FEATURES, SOURCES},
        workspace,
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::Seq,
        lang::Lang,
    },
    request::{
        cookies::SessionCookie, disk::Disk, endpoint::Endpoints, feature::Job, hooks::Hooks, refusals::Refusals,
        services::Services, shown_once::ShownOnce,
    },
    sessions::{cache::Sessions, ended_file::EndedFile},
    stream::{
        event_stream::StreamConfig,
        hub::{Caps, Hub},
        replay::{newest, newest_own},
        runtime::Streams,
    },
};
use futures_util::FutureExt as _;
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// Reading connections: as many as can be busy at once on a small machine.
const READERS: usize = 4;
/// Commands that may wait for the writer.
const QUEUE: usize = 1024;
/// Changes put into the ring at the start: enough for who was here a moment ago, and few enough to start at once.
const REFILL: usize = 2_048;
/// Streams say goodbye within this time, or half of the shutdown's where that is less.
const SHUTDOWN_SPREAD: Duration = Duration::from_secs(2);
/// How often [`maintain`] looks after things.
const MAINTENANCE: Duration = Duration::from_secs(10);
/// So many streams opened are a crowd.
const CROWD: u64 = 500;
/// The shortest time between two times that memory is given back because connections have gone.
const GIVE_BACK: Duration = Duration::from_secs(10);
/// What closing the store gets at least.
const AT_LEAST: Duration = Duration::from_secs(1);

/// Opens everything a server needs.
///
/// # Errors
/// One clear sentence: what could not be opened and why.
pub async fn open(config: Config) -> Result<Process, String> {
    let endpoints = Endpoints::new(FEATURES.iter().map(|feature| (feature.name, feature.endpoints)))?;
    let hub: Arc<OnceLock<Arc<Hub>>> = Arc::default();
    let publisher = hub.clone();
    let render_cache = Arc::new(RenderCache::default());
    let cache = render_cache.clone();
    let options = OpenOptions { dir: &config.data_dir, readers: READERS, queue: QUEUE };
    let db = database::open(options, move |changes| {
        invalidate(&cache, &changes);
        // Nothing is written before the hub is there: the first command comes by way of `Process`.
        if let Some(hub) = publisher.get() {
            hub.publish(&changes);
        }
    })
    .map_err(|error| error.to_string())?;
    let filled = fill(&config, &db).await.map_err(|error| unreadable(&config, &error))?;
    let hub = hub.get_or_init(|| Arc::new(filled)).clone();
    let manifest = Manifest::find();
    let limits = config.limits();
    let shutdown_spread = SHUTDOWN_SPREAD.min(Duration::from_secs(config.shutdown_seconds.into()) / 2);
    let stream_config =
        StreamConfig { build: manifest.build.clone(), sources: SOURCES, replay: config.replay_events as usize, shutdown_spread };
    let settings = config.settings();
    let sessions = Sessions::new(db.clone(), EndedFile::open(&config.data_dir));
    let disk = Disk::new(config.data_dir.clone(), config.min_free_disk);
    let hooks = Hooks::new(FEATURES.iter().map(|feature| feature.hooks));
    let session_cookie = SessionCookie::of(db.store_id());
    let shown_once = ShownOnce::default();
    let services = Services { db, hub, sessions, session_cookie, limits, settings, disk, endpoints, hooks, shown_once };
    let services = Arc::new(services);
    let begun = workspace::store::begin(&services.db, workspace::server::first_entry(&services)).await;
    begun.map_err(|error| unreadable(&config, &error))?;
    let health_token = health::write_token(&config.data_dir);
    let unread = Arc::new(Unread::new(config.unread_bytes_per_session, config.unread_bytes_per_address));
    Ok(Process::new(Inner {
        services,
        config,
        stream_config,
        manifest,
        refusals: Refusals::default(),
        refusal_logged: Mutex::default(),
        health_token,
        unread,
        render_cache,
    }))
}

/// Takes out of the cache what `changes` alter; all of it where that panics.
fn invalidate(cache: &RenderCache, changes: &[Change]) {
    let work = || changes.iter().for_each(|change| cache.invalidate(&change.event));
    if catch_unwind(AssertUnwindSafe(work)).is_err() {
        tracing::error!("the render cache panicked and starts over");
        cache.clear(changes.last().map_or(Seq(0), |change| change.event.seq()));
    }
}

/// The sentence for a database that opens, but cannot be read; its cause is in the log.
fn unreadable(config: &Config, error: &AppError) -> String {
    let (path, why) = (config.data_dir.join("rill.db"), error.words(Lang::En));
    let path = path.display();
    match error.code {
        Code::Internal => format!("{path} cannot be read, the cause is in the log: it may be damaged; restore it from a backup."),
        _ => format!("{path} cannot be read: {why}"),
    }
}

async fn fill(config: &Config, db: &Database) -> AppResult<Hub> {
    let frames = config.ring_frames as usize;
    let (changes, floor) = newest(db, SOURCES, frames.min(REFILL)).await?;
    let caps = Caps { per_session: config.streams_per_session, per_address: config.streams_per_address };
    let hub = Hub::new(floor, changes, memberships(db).await?, frames, config.ring_bytes as usize, caps);
    hub.remember_own(newest_own(db, floor).await?);
    hub.remember_former(former(db).await?);
    hub.remember_sights(sights(db).await?);
    Ok(hub)
}

/// Serves until `shutdown` is done, then ends the streams, the connections and the store, in that order.
pub async fn run(app: Process, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let (end, ending) = watch::channel(false);
    let graceful_timeout = Duration::from_secs(app.config.shutdown_seconds.into());
    let header_timeout = Duration::from_secs(app.config.idle_seconds.into());
    let body_grace = SHUTDOWN_SPREAD.min(graceful_timeout / 2);
    let options = HttpOptions { header_timeout, body_grace, graceful_timeout };
    let (most, per_address) = (fits(app.config.max_connections), app.config.connections_per_address);
    let connections = Connections::new(most, per_address, app.config.trusted_proxies.clone());
    let hub = app.hub.clone();
    // Not here: should it fail half-way, what it has begun may not be dropped where others run.
    let streams = tokio::task::spawn_blocking(move || Streams::start(&hub)).await.unwrap_or_else(|error| Err(error.into()));
    let streams =
        streams.inspect_err(|error| tracing::warn!(%error, "streams get no threads of their own and share those there are")).ok();
    let spawner = streams.as_ref().and_then(Streams::spawner);
    let serving = tokio::spawn(serve(listener, router(app.clone()), connections.clone(), options, spawner, ending));
    let maintaining = tokio::spawn(maintain(app.clone()));
    let tidying = tokio::spawn(after_crowds(app.clone(), connections.clone()));
    let jobs = jobs(&app.services);
    shutdown.await;
    tracing::info!("ending: streams say goodbye, posts under way are finished");
    app.hub.close();
    // The receiver lives in `serving`, which ends only by this.
    let _ = end.send(true);
    let ended = Instant::now() + graceful_timeout;
    let _ = serving.await;
    drop(streams);
    maintaining.abort();
    tidying.abort();
    drop(jobs);
    // One deadline over all of it: a store that is held by somebody else must not hold us.
    let rest = ended.saturating_duration_since(Instant::now()).max(AT_LEAST);
    // A task of its own: a write may hold up whatever it shares one with, and its time with it.
    let closing = tokio::spawn(async move {
        app.sessions.retry_deletions().await;
        let _ = tokio::task::spawn_blocking(move || app.db.close()).await;
    });
    if tokio::time::timeout(rest, closing).await.is_err() {
        tracing::warn!("the store was not closed in time; nothing acknowledged is lost, its log is read at the next start");
    }
}

/// Gives memory back a moment after many streams have been opened, many answers have waited for their readers, or many
/// connections have gone or done their work.
async fn after_crowds(app: Process, connections: Arc<Connections>) {
    let (mut before, mut tidied, mut last) = (0, 0, None::<Instant>);
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let opened = app.hub.opened();
        // It takes a moment: where crowds come and go all the time, not for each of them.
        let rested = last.is_none_or(|last| last.elapsed() >= GIVE_BACK);
        // Streams that go on opening leave more behind: only once they have stopped is that given back.
        let are_open = opened == before && opened - tidied >= CROWD;
        if are_open {
            tidied = opened;
        }
        if are_open || app.unread.has_calmed() || rested && connections.has_calmed() {
            last = Some(Instant::now());
            // Its locks are held for milliseconds: not on a thread that answers requests.
            let _ = tokio::task::spawn_blocking(memory::give_back).await;
        }
        before = opened;
    }
}

/// Does what is due now and then, beside all requests.
async fn maintain(app: Process) {
    loop {
        tokio::time::sleep(MAINTENANCE).await;
        let app = app.clone();
        guarded(async move {
            app.sessions.retry_deletions().await;
            app.disk.warn();
            layers::log_refused();
            // Every address that asks takes a place for as long.
            app.limits.tidy();
        })
        .await;
    }
}

/// Runs `work` to its end. A panic in it ends this run alone.
async fn guarded(work: impl Future<Output = ()>) {
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        tracing::error!("work beside the requests panicked; it is tried again at its next turn");
    }
}

/// Starts the jobs of all features.
fn jobs(services: &Arc<Services>) -> JoinSet<()> {
    let jobs = FEATURES.iter().flat_map(|feature| feature.jobs);
    jobs.map(|job| repeat(*job, services.clone())).collect()
}

pub(crate) async fn repeat(job: Job, services: Arc<Services>) {
    loop {
        tokio::time::sleep(job.every).await;
        guarded((job.run)(services.clone())).await;
    }
}
