//! The sandbox over real HTTP: keys, tokens, paging, permissions, faults.

use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use super::*;

const TOKENS: &str = "/cockpit/v1/regions/fr-par/tokens";

/// A running sandbox and a client that asks it.
struct Kit {
    sandbox: Sandbox,
    client: Client,
}

impl Kit {
    fn start(tables: &str) -> Self {
        let text = format!("schema = 1\nname = \"test\"\nseed = 3\n{tables}");
        Self::of(Scenario::parse(&text, "test").unwrap())
    }

    fn of(scenario: Scenario) -> Self {
        let now = "2026-11-21T09:00:00Z".parse().unwrap();
        let listen = "127.0.0.1:0".parse().unwrap();
        Self {
            sandbox: Sandbox::start(scenario, listen, now).unwrap(),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Response> {
        let url = format!("{}{path}", self.sandbox.url());
        let keys = self.sandbox.keys();
        let mut request = self
            .client
            .request(method, url)
            .header("X-Auth-Token", keys.secret_key.expose());
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.send(Method::GET, path, None).await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn create_token(&self, name: &str, scopes: &[&str]) -> Value {
        let body = json!({"project_id": self.project(), "name": name, "token_scopes": scopes});
        let response = self.send(Method::POST, TOKENS, Some(body)).await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    async fn query(&self, path: &str, header: &str, token: &str) -> u16 {
        let url = format!("{}{path}", self.sandbox.url());
        let answer = self
            .client
            .get(url)
            .header(header, token)
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    }

    async fn own_page(&self, page: &str) -> Value {
        let url = format!("{}/sandbox/{page}", self.sandbox.url());
        self.client
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn token_names(&self) -> Vec<String> {
        let tokens = self.own_page("tokens").await;
        let names = tokens.as_array().unwrap().iter();
        names
            .map(|token| token["name"].as_str().unwrap().to_owned())
            .collect()
    }

    fn project(&self) -> String {
        self.sandbox.keys().project_id
    }
}

#[tokio::test]
async fn without_the_right_key_nothing_is_told() {
    let kit = Kit::start("");
    let url = format!(
        "{}/containers/v1/regions/fr-par/containers",
        kit.sandbox.url()
    );
    let bare = kit.client.get(&url).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert!(bare.headers().contains_key("x-request-id"));
    let wrong = kit
        .client
        .get(&url)
        .header("X-Auth-Token", "nope")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    let body: Value = wrong.json().await.unwrap();
    let recorded =
        include_str!("../../tests/fixtures/scaleway/error_401_denied_authentication.json");
    assert_eq!(body, serde_json::from_str::<Value>(recorded).unwrap());
}

#[tokio::test]
async fn a_token_works_at_once_and_stops_with_its_deletion() {
    let kit = Kit::start("");
    let token = kit.create_token("scout-1-a", &["read_only_logs"]).await;
    let secret = token["secret_key"].as_str().unwrap();
    assert_eq!(secret.len(), 64);
    assert_eq!(token["scopes"], json!(["read_only_logs"]));
    let loki = "/loki/api/v1/labels";
    assert_eq!(kit.query(loki, "X-Token", secret).await, 200);
    let bearer = format!("Bearer {secret}");
    assert_eq!(kit.query(loki, "Authorization", &bearer).await, 200);
    assert_eq!(
        kit.query("/prometheus/api/v1/labels", "X-Token", secret)
            .await,
        403
    );
    assert_eq!(kit.query(loki, "X-Token", "wrong").await, 401);
    assert_eq!(
        kit.query(loki, "X-Token", kit.sandbox.keys().secret_key.expose())
            .await,
        401
    );

    let path = format!("{TOKENS}/{}", token["id"].as_str().unwrap());
    let (_, read) = kit.get(&path).await;
    assert_eq!(read["secret_key"], Value::Null);
    let deleted = kit.send(Method::DELETE, &path, None).await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(deleted.headers()["content-type"], "application/json");
    let again = kit.send(Method::DELETE, &path, None).await.unwrap();
    assert_eq!(again.status(), 404);
    let body: Value = again.json().await.unwrap();
    assert_eq!(
        (&body["type"], &body["resource"]),
        (&json!("not_found"), &json!("token"))
    );
    assert_eq!(kit.query(loki, "X-Token", secret).await, 401);
    assert_eq!(kit.token_names().await, ["grafana-agent", "sandbox-reader"]);
}

#[tokio::test]
async fn the_reader_token_opens_both_data_sources() {
    let kit = Kit::start("");
    let reader = kit.sandbox.keys().reader_token;
    for path in ["/loki/api/v1/labels", "/prometheus/api/v1/labels"] {
        assert_eq!(
            kit.query(path, "X-Token", reader.expose()).await,
            200,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_bad_creation_names_every_argument() {
    let kit = Kit::start("");
    let bad = [
        (json!({}), 3),
        (
            json!({"project_id": "x", "name": "n", "token_scopes": []}),
            2,
        ),
        (
            json!({"project_id": kit.project(), "name": "n", "token_scopes": ["admin"]}),
            1,
        ),
    ];
    for (body, count) in bad {
        let response = kit.send(Method::POST, TOKENS, Some(body)).await.unwrap();
        assert_eq!(response.status(), 400);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["type"], "invalid_arguments");
        assert_eq!(body["details"].as_array().unwrap().len(), count, "{body}");
    }
    assert_eq!(kit.token_names().await.len(), 2);
}

#[tokio::test]
async fn tokens_are_paged_ordered_and_filtered() {
    let kit = Kit::start("");
    for number in 0..21 {
        kit.create_token(&format!("t-{number:02}"), &["read_only_logs"])
            .await;
    }
    let list = |query: &str| format!("{TOKENS}?project_id={}&{query}", kit.project());
    let (status, first) = kit.get(&list("order_by=name_desc")).await;
    assert_eq!((status, &first["total_count"]), (200, &json!(23)));
    let tokens = first["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 20, "the usual page");
    assert_eq!(tokens[0]["name"], "t-20");
    let (_, second) = kit.get(&list("order_by=name_desc&page=2")).await;
    assert_eq!(second["tokens"].as_array().unwrap().len(), 3);
    assert_eq!(second["tokens"][2]["name"], "grafana-agent");
    let (_, beyond) = kit.get(&list("page=3")).await;
    assert_eq!(beyond["tokens"], json!([]));
    let (_, writers) = kit
        .get(&list("token_scopes=write_only_logs&page_size=1000"))
        .await;
    assert_eq!(writers["total_count"], 1);
    for bad in [
        "page=0",
        "page_size=x",
        "order_by=secret_asc",
        "order_by=name",
    ] {
        assert_eq!(kit.get(&list(bad)).await.0, 400, "{bad}");
    }
    assert_eq!(kit.get(TOKENS).await.0, 400, "the project is required");
}

#[tokio::test]
async fn the_instance_api_pages_in_its_own_way() {
    let server = |n: u32| {
        format!("[[resource]]\nkind = \"instance\"\nname = \"vm-{n:03}\"\nstatus = \"running\"\n")
    };
    let tables: Vec<String> = (0..120).map(server).collect();
    let kit = Kit::start(&tables.concat());
    let servers = "/instance/v1/zones/fr-par-1/servers";
    let list = format!("{servers}?project={}", kit.project());
    let response = kit.send(Method::GET, &list, None).await.unwrap();
    assert_eq!(response.headers()["x-total-count"], "120");
    let link = response.headers()["link"].to_str().unwrap().to_owned();
    assert!(
        link.contains("</servers?page=3&per_page=50&project="),
        "{link}"
    );
    assert!(link.ends_with("rel=\"last\""), "{link}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["servers"].as_array().unwrap().len(), 50);
    assert_eq!(body.get("total_count"), None);
    let (_, capped) = kit.get(&format!("{list}&per_page=500")).await;
    assert_eq!(capped["servers"].as_array().unwrap().len(), 100);
    let (_, named) = kit.get(&format!("{list}&name=vm-00")).await;
    assert_eq!(named["servers"].as_array().unwrap().len(), 10);
    let id = named["servers"][0]["id"].as_str().unwrap();
    let (_, one) = kit.get(&format!("{servers}/{id}")).await;
    assert_eq!(one["server"]["id"], id);
    let (status, missing) = kit.get(&format!("{servers}/nope")).await;
    assert_eq!(
        (status, &missing["type"]),
        (404, &json!("unknown_resource"))
    );
    let (_, elsewhere) = kit.get("/instance/v1/zones/fr-par-2/servers").await;
    assert_eq!(elsewhere["servers"], json!([]));
}

#[tokio::test]
async fn places_paths_and_projects_that_do_not_exist_are_refused() {
    let kit = Kit::start("");
    assert_eq!(kit.get("/nothing/v1").await.0, 404);
    assert_eq!(kit.get("/rdb/v1/regions/it-mil/instances").await.0, 400);
    assert_eq!(kit.get("/redis/v1/zones/fr-par-3/clusters").await.0, 400);
    assert_eq!(kit.get("/cockpit/v1/regions/it-mil/tokens").await.0, 400);
    let other = "11111111-1111-1111-1111-111111111111";
    let (status, body) = kit
        .get(&format!(
            "/cockpit/v1/regions/fr-par/data-sources?project_id={other}"
        ))
        .await;
    assert_eq!(status, 403);
    let recorded = include_str!("../../tests/fixtures/scaleway/error_403_permissions_denied.json");
    assert_eq!(body, serde_json::from_str::<Value>(recorded).unwrap());
    assert_eq!(
        kit.get("/rdb/v1/regions/fr-par/instances?project_id=x")
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn denied_permissions_refuse_their_calls_and_no_others() {
    let kit = Kit::start("[permissions]\ndeny = [\"cockpit:write\", \"rdb:read\"]\n");
    let body =
        json!({"project_id": kit.project(), "name": "n", "token_scopes": ["read_only_logs"]});
    let refused = kit.send(Method::POST, TOKENS, Some(body)).await.unwrap();
    assert_eq!(refused.status(), 403);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(
        body["details"],
        json!([{"action": "write", "resource": "cockpit"}])
    );
    let (status, body) = kit.get("/rdb/v1/regions/fr-par/instances").await;
    assert_eq!(
        (status, &body["details"][0]["resource"]),
        (403, &json!("rdb"))
    );
    assert_eq!(kit.get("/redis/v1/zones/fr-par-1/clusters").await.0, 200);
    assert_eq!(
        kit.get(&format!("{TOKENS}?project_id={}", kit.project()))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_dropped_answer_looks_like_a_closed_connection_and_the_token_exists() {
    let fault = "[[fault]]\nsource = \"scaleway\"\nmethod = \"POST\"\npath = \"/cockpit/*\"\ndrop = true\ntimes = 1\n";
    let kit = Kit::start(fault);
    let body =
        json!({"project_id": kit.project(), "name": "lost", "token_scopes": ["read_only_logs"]});
    let error = kit
        .send(Method::POST, TOKENS, Some(body))
        .await
        .unwrap_err();
    assert!(error.status().is_none() && error.is_request(), "{error:?}");
    assert!(kit.token_names().await.contains(&"lost".to_owned()));
    let requests = kit.own_page("requests").await;
    assert_eq!(requests[0]["status"], Value::Null);
    kit.create_token("kept", &["read_only_logs"]).await;
}

#[tokio::test]
async fn a_drop_before_the_action_prevents_it() {
    let kit = Kit::start("[[fault]]\nsource = \"scaleway\"\ndrop = true\nbefore = true\n");
    let body =
        json!({"project_id": kit.project(), "name": "never", "token_scopes": ["read_only_logs"]});
    kit.send(Method::POST, TOKENS, Some(body))
        .await
        .unwrap_err();
    assert!(!kit.token_names().await.contains(&"never".to_owned()));
}

#[tokio::test]
async fn a_late_answer_finds_the_action_done() {
    let kit = Kit::start("[[fault]]\nsource = \"scaleway\"\nmethod = \"POST\"\ndelay = \"30s\"\n");
    let body =
        json!({"project_id": kit.project(), "name": "late", "token_scopes": ["read_only_logs"]});
    let url = format!("{}{TOKENS}", kit.sandbox.url());
    let keys = kit.sandbox.keys();
    let request = kit
        .client
        .post(url)
        .header("X-Auth-Token", keys.secret_key.expose());
    let error = request
        .json(&body)
        .timeout(Duration::from_millis(300))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout());
    assert!(kit.token_names().await.contains(&"late".to_owned()));
}

#[tokio::test]
async fn a_status_answers_instead_of_acting() {
    let fault = "[[fault]]\nsource = \"scaleway\"\nstatus = 429\nnth = 2\ntimes = 1\n[[fault]]\nsource = \"loki\"\nstatus = 200\nbody = \"<html>\"\ncontent_type = \"text/html\"\n";
    let kit = Kit::start(fault);
    assert_eq!(kit.get("/vpc/v2/regions/fr-par/vpcs").await.0, 200);
    let limited = kit
        .send(Method::GET, "/vpc/v2/regions/fr-par/vpcs", None)
        .await
        .unwrap();
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers()["x-envoy-ratelimited"], "true");
    assert!(!limited.headers().contains_key("content-type"));
    assert_eq!(limited.text().await.unwrap(), "");
    assert_eq!(kit.get("/vpc/v2/regions/fr-par/vpcs").await.0, 200);
    let url = format!("{}/loki/api/v1/labels", kit.sandbox.url());
    let page = kit.client.get(url).send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html");
    assert_eq!(page.text().await.unwrap(), "<html>");
}

#[tokio::test]
async fn a_rate_limit_counts_requests_to_the_api_and_no_others() {
    let kit = Kit::start("[rate_limit]\nrequests = 2\nper = \"1h\"\n");
    let reader = kit.sandbox.keys().reader_token;
    for _ in 0..3 {
        let status = kit.query("/loki/api/v1/labels", "X-Token", reader.expose());
        assert_eq!(status.await, 200);
    }
    for _ in 0..2 {
        assert_eq!(kit.get("/vpc/v2/regions/fr-par/vpcs").await.0, 200);
    }
    let limited = kit
        .send(Method::GET, "/vpc/v2/regions/fr-par/vpcs", None)
        .await
        .unwrap();
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers()["x-envoy-ratelimited"], "true");
    assert!(!limited.headers().contains_key("retry-after"));
    assert_eq!(limited.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_cut_answer_arrives_up_to_the_cut_and_then_fails() {
    let kit = Kit::start("[[fault]]\nsource = \"scaleway\"\ntruncate_at = 40\n");
    let path = format!(
        "/cockpit/v1/regions/fr-par/data-sources?project_id={}",
        kit.project()
    );
    let mut response = kit.send(Method::GET, &path, None).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.content_length().unwrap() > 40);
    let mut received = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => received.extend_from_slice(&chunk),
            Ok(None) => panic!("the body ended as if it were whole"),
            Err(error) => break error,
        }
    };
    assert_eq!(received.len(), 40, "{error:?}");
}

#[tokio::test]
async fn requests_are_recorded_in_order_with_what_they_got() {
    let kit = Kit::start("");
    kit.get("/rdb/v1/regions/fr-par/instances?page=1").await;
    kit.query("/loki/api/v1/labels", "X-Token", "wrong").await;
    let requests = kit.own_page("requests").await;
    let expected = json!([
        {"method": "GET", "path": "/rdb/v1/regions/fr-par/instances", "query": "page=1", "source": "scaleway", "status": 200, "in_flight": 1},
        {"method": "GET", "path": "/loki/api/v1/labels", "query": "", "source": "loki", "status": 401, "in_flight": 1},
    ]);
    assert_eq!(requests, expected);
}

#[tokio::test]
async fn data_sources_lead_back_to_the_sandbox() {
    let kit = Kit::of(Scenario::builtin(DEFAULT_SCENARIO).unwrap());
    let path = format!(
        "/cockpit/v1/regions/fr-par/data-sources?project_id={}&origin=scaleway&types=logs",
        kit.project()
    );
    let (_, sources) = kit.get(&path).await;
    assert_eq!(sources["total_count"], 1);
    assert_eq!(sources["data_sources"][0]["url"], kit.sandbox.url());
    let map: toml::Table = kit.sandbox.map_toml().parse().unwrap();
    let staging = &map["env"]["staging"];
    assert_eq!(staging["loki_endpoint"].as_str(), Some(kit.sandbox.url()));
    assert_eq!(
        staging["project_id"].as_str().map(str::to_owned),
        Some(kit.project())
    );
    assert_eq!(
        staging["ssh"]["authentik"]["host"].as_str(),
        Some("authentik-staging")
    );
    assert_eq!(kit.sandbox.issue(), "atlas-api is returning 500s");
}

#[test]
fn it_only_listens_on_loopback_and_stops_quickly() {
    let scenario = || Scenario::parse("schema = 1\nname = \"x\"\n", "x").unwrap();
    let now = "2026-11-21T09:00:00Z".parse().unwrap();
    let outside = Sandbox::start(scenario(), "0.0.0.0:0".parse().unwrap(), now);
    assert!(matches!(outside, Err(SandboxError::NotLoopback { .. })));
    let sandbox = Sandbox::start(scenario(), "127.0.0.1:0".parse().unwrap(), now).unwrap();
    let address: SocketAddr = sandbox.url()["http://".len()..].parse().unwrap();
    let taken = Sandbox::start(scenario(), address, now).unwrap_err();
    assert!(
        taken.say(Lang::Fr).contains("ne peut pas écouter"),
        "{taken}"
    );
    assert!(taken.hint(Lang::En).is_some());
    let started = std::time::Instant::now();
    drop(sandbox);
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(std::net::TcpStream::connect(address).is_err());
}
