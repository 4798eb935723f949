//! The people of a workspace with accounts: its owner, members, and what they become.

use super::{answer::Answer, app::TestApp, person::Person};
use crate::{features::accounts::server::setup::new_token, model::ids::UserId};

pub const PASSWORD: &str = "correct horse";

impl TestApp {
    /// Sets the workspace up; the owner has the handle `olga`.
    pub async fn owner(&self) -> Person {
        let token = new_token(&self.app).await.unwrap().expect("there is no owner yet");
        let fields =
            [("token", token.as_str()), ("workspace", "Tea"), ("name", "Olga"), ("handle", "olga"), ("password", PASSWORD)];
        Person::entered(self.site.clone(), &self.post("/api/setup/create", &fields).await)
    }

    /// Makes an account, whose name is its handle with a capital.
    pub async fn sign_up(&self, handle: &str) -> Person {
        let (first, rest) = handle.split_at(1);
        let name = first.to_uppercase() + rest;
        let fields = [("name", &*name), ("handle", handle), ("password", PASSWORD)];
        Person::entered(self.site.clone(), &self.post("/api/auth/sign_up", &fields).await)
    }

    pub async fn try_sign_in(&self, handle: &str, password: &str) -> Answer {
        self.post("/api/auth/sign_in", &[("login", handle), ("password", password)]).await
    }

    pub async fn sign_in(&self, handle: &str) -> Person {
        Person::entered(self.site.clone(), &self.try_sign_in(handle, PASSWORD).await)
    }
}

impl Person {
    /// Acts on a person by `people/{call}`.
    pub async fn on_person(&self, call: &str, user: UserId, more: &[(&str, &str)]) -> Answer {
        let user = user.to_string();
        let fields: Vec<_> = [("user", &*user)].into_iter().chain(more.iter().copied()).collect();
        self.post(&format!("/api/people/{call}"), &fields).await
    }

    pub async fn give_role(&self, user: UserId, role: &str) -> Answer {
        self.on_person("role", user, &[("role", role)]).await
    }

    pub async fn is_in(&self) -> bool {
        self.post("/api/auth/me", &[]).await.status == 200
    }
}
