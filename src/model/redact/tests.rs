//! Tables of what is masked and what is left alone.

use super::*;

/// A text as a fresh redactor leaves it.
fn mask(text: &str) -> String {
    Redactor::default().masked(text)
}

/// Asserts what becomes of texts, and that nothing more becomes of them a second time.
#[track_caller]
fn become_so(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        let masked = mask(text);
        assert_eq!(masked, *wanted, "{text}");
        assert_eq!(mask(&masked), masked, "a second time: {text}");
    }
}

#[test]
fn passwords_are_told_by_their_names() {
    become_so(&[
        ("password=hunter2", "password=<password:1>"),
        (
            "password=hunter2 user=bob",
            "password=<password:1> user=bob",
        ),
        (
            "user=bob, password=hun,ter2, host=db",
            "user=bob, password=<password:1>, host=db",
        ),
        (
            "Server=db;User Id=app;Password=p;ss;Timeout=3;",
            "Server=db;User Id=app;Password=<password:1>;Timeout=3;",
        ),
        ("PASSWORD: hunter2", "PASSWORD: <password:1>"),
        (
            "  db_password: 'hunter 2'  # old",
            "  db_password: '<password:1>'  # old",
        ),
        (
            r#"{"password":"hunter2","user":"bob"}"#,
            r#"{"password":"<password:1>","user":"bob"}"#,
        ),
        (
            r#"{"password": "hun\"ter2", "n": 1}"#,
            r#"{"password": "<password:1>", "n": 1}"#,
        ),
        (
            r#"{"password":123456,"n":1}"#,
            r#"{"password":"<password:1>","n":1}"#,
        ),
        (
            r#"{"m":"{\"password\":\"x\\\"y\",\"n\":1}"}"#,
            r#"{"m":"{\"password\":\"<password:1>\",\"n\":1}"}"#,
        ),
        (
            r#"{"m":"{\"password\":12,\"n\":1}"}"#,
            r#"{"m":"{\"password\":\"<password:1>\",\"n\":1}"}"#,
        ),
        (
            r#"{"m":"login password=hunter2"}"#,
            r#"{"m":"login password=<password:1>"}"#,
        ),
        (
            r#"{"m":"password=hunter2\nhost=db"}"#,
            r#"{"m":"password=<password:1>\nhost=db"}"#,
        ),
        (
            r#"{"m":"a\npassword: hunter2"}"#,
            r#"{"m":"a\npassword: <password:1>"}"#,
        ),
        (
            r#"{"passwords":["a1","b2"],"n":[1]}"#,
            r#"{"passwords":["<password:1>","<password:2>"],"n":[1]}"#,
        ),
        (
            "{'password': 'hunter2', 'user': 'bob'}",
            "{'password': '<password:1>', 'user': 'bob'}",
        ),
        (
            "params[password]=hunter2&x=1",
            "params[password]=<password:1>&x=1",
        ),
        (
            ":password=>\"hunter2\", :user=>\"bob\"",
            ":password=>\"<password:1>\", :user=>\"bob\"",
        ),
        (
            "{User:bob Password:hunter2 Host:db}",
            "{User:bob Password:<password:1> Host:db}",
        ),
        (
            "mysql --user bob --password hunter2 db",
            "mysql --user bob --password <password:1> db",
        ),
        (
            "ALTER ROLE app PASSWORD 'hunter2';",
            "ALTER ROLE app PASSWORD '<password:1>';",
        ),
        (
            "CREATE USER a IDENTIFIED BY 'hunter2'",
            "CREATE USER a IDENTIFIED BY '<password:1>'",
        ),
        (
            "<user>bob</user><password>hunter2</password>",
            "<user>bob</user><password><password:1></password>",
        ),
        ("mot de passe : hunter2", "mot de passe : <password:1>"),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=<password:1> psql"),
        (
            "spring.datasource.password=hunter2",
            "spring.datasource.password=<password:1>",
        ),
        ("password = \"hunter2\"", "password = \"<password:1>\""),
        ("DB_PASSWORD_2=hunter2", "DB_PASSWORD_2=<password:1>"),
        ("{\"password\":\"hunter2", "{\"password\":\"<password:1>"),
    ]);
}

#[test]
fn passwords_are_told_by_their_place_in_an_address() {
    become_so(&[
        (
            "postgres://app:hunter2@db.example.com:5432/x",
            "postgres://app:<password:1>@db.example.com:5432/x",
        ),
        (
            "redis://:hunter2@cache:6379",
            "redis://:<password:1>@cache:6379",
        ),
        (
            "amqp://u:p/w0rd@rabbit/vhost",
            "amqp://u:<password:1>@rabbit/vhost",
        ),
        (
            r#"{"url":"https:\/\/u:hunter2@host\/x"}"#,
            r#"{"url":"https:\/\/u:<password:1>@host\/x"}"#,
        ),
        (
            "smtp://bob@example.com:hunter2@mail.example.com",
            "smtp://<email:1>:<password:1>@mail.example.com",
        ),
        (
            "https://a1b2c3d4e5f6a7b8c9d0@github.com/x.git",
            "https://<password:1>@github.com/x.git",
        ),
        (
            "app:hunter2@tcp(db:3306)/shop",
            "app:<password:1>@tcp(db:3306)/shop",
        ),
        ("dsn=app:hunter2@db:5432", "dsn=app:<password:1>@db:5432"),
        ("http://localhost:8080/a@b", "http://localhost:8080/a@b"),
        ("http://host/x?q=a:b", "http://host/x?q=a:b"),
        ("ssh://git@host.example/repo", "ssh://git@host.example/repo"),
    ]);
}

#[test]
fn tokens_are_told_by_name_place_and_form() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
    become_so(&[
        (
            "Authorization: Bearer abc.def-123",
            "Authorization: Bearer <token:1>",
        ),
        (
            "authorization: Basic dXNlcjpodW50ZXIy",
            "authorization: Basic <token:1>",
        ),
        (
            "sent Basic dXNlcjpodW50ZXIy to it",
            "sent Basic <token:1> to it",
        ),
        (
            r#"{"Authorization":["Bearer abc123"],"X":["1"]}"#,
            r#"{"Authorization":["Bearer <token:1>"],"X":["1"]}"#,
        ),
        (
            "map[Authorization:[Bearer abc123] Accept:[x]]",
            "map[Authorization:[Bearer <token:1>] Accept:[x]]",
        ),
        (
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature=fe5f80f77d",
            "Authorization: AWS4-HMAC-SHA256 <token:1>",
        ),
        (
            "curl -H \"X-Auth-Token: 6f1c8a52-1111-4222-8333-444444444444\" https://api",
            "curl -H \"X-Auth-Token: <token:1>\" https://api",
        ),
        (
            "used bearer abcdef0123456789 here",
            "used bearer <token:1> here",
        ),
        (&format!("got {jwt} from it"), "got <token:1> from it"),
        (
            &format!("Bearer {jwt}, then {jwt}"),
            "Bearer <token:1>, then <token:1>",
        ),
        (
            "GET /x?token=abc123&page=2 200",
            "GET /x?token=<token:1>&page=2 200",
        ),
        ("api_key: abc123", "api_key: <secret:1>"),
        ("api key: abc123", "api key: <secret:1>"),
        ("X-Api-Key: abc123", "X-Api-Key: <secret:1>"),
        (
            "client_secret=abc123&grant_type=x",
            "client_secret=<secret:1>&grant_type=x",
        ),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "aws_secret_access_key = <secret:1>",
        ),
        (
            "SCW_SECRET_KEY=6f1c8a52-1111-4222-8333-444444444444",
            "SCW_SECRET_KEY=<secret:1>",
        ),
        ("key SCWABCDEFGHJKMNPQRST used", "key <token:1> used"),
        (
            "SCWABCDEFGHJKMNPQRST:6f1c8a52-1111-4222-8333-444444444444",
            "<token:1>",
        ),
        ("AKIAIOSFODNN7EXAMPLE", "<token:1>"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "<token:1>"),
        ("xoxb-123456789012-abcdefGHIJ", "<token:1>"),
        (
            "using sk_live_4eC39HqLyjWDarjtT1zdp7dc.",
            "using <token:1>.",
        ),
        ("AIzaSyA-1234567890abcdefghijklmnopqrstu", "<token:1>"),
        (
            r#"{"m":"a\nghp_16C7e42F292c6912E7710c838347Ae178B4a"}"#,
            r#"{"m":"a\n<token:1>"}"#,
        ),
        (
            "t=q7JZx8Q-0aLkP3vB7nM2cR5tY9uI1oE4wH6gF8dS0jK_lA3zX5vC7bN9mQ2eW4rT6y",
            "t=<token:1>",
        ),
        (
            "https://x/y?X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024&b=1",
            "https://x/y?X-Amz-Signature=<token:1>&b=1",
        ),
    ]);
}

#[test]
fn cookies_go_to_the_end_of_their_header() {
    become_so(&[
        ("Cookie: sid=abc; theme=dark; x=1", "Cookie: <cookie:1>"),
        (
            "Cookie: sid=abc; theme=dark Host: x",
            "Cookie: <cookie:1> Host: x",
        ),
        (
            r#"{"set-cookie":"sid=abc; Path=/; HttpOnly","n":1}"#,
            r#"{"set-cookie":"<cookie:1>","n":1}"#,
        ),
        (
            r#"{"m":"Cookie: sid=abc; t=d"}"#,
            r#"{"m":"Cookie: <cookie:1>"}"#,
        ),
    ]);
}

#[test]
fn private_keys_go_whole() {
    become_so(&[
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc=\n-----END RSA PRIVATE KEY-----\nnext",
            "-----BEGIN RSA PRIVATE KEY-----\n<key:1>\n-----END RSA PRIVATE KEY-----\nnext",
        ),
        (
            r#"{"k":"-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc=\n-----END PRIVATE KEY-----\n","n":1}"#,
            r#"{"k":"-----BEGIN PRIVATE KEY-----\n<key:1>\n-----END PRIVATE KEY-----\n","n":1}"#,
        ),
        (
            r#"{"m":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\nMIIEpAIB\\nabc=\\n-----END PRIVATE KEY-----\"}"}"#,
            r#"{"m":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\n<key:1>\\n-----END PRIVATE KEY-----\"}"}"#,
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        ),
    ]);
}

#[test]
fn people_are_told_by_form() {
    become_so(&[
        ("mail to bob.smith+x@example.co.uk.", "mail to <email:1>."),
        ("<bob@example.com>", "<<email:1>>"),
        (r#"{"m":"a\nbob@example.com"}"#, r#"{"m":"a\n<email:1>"}"#),
        (r#"{"m":"bob\u0040example.com"}"#, r#"{"m":"<email:1>"}"#),
        (
            "GET /u?email=bob%40example.com&x=1",
            "GET /u?email=<email:1>&x=1",
        ),
        ("hélène@exemple.fr", "<email:1>"),
        (
            "a@example.com, b@example.com, A@EXAMPLE.com",
            "<email:1>, <email:2>, <email:1>",
        ),
        (
            "card 4111 1111 1111 1111 declined",
            "card <card:1> declined",
        ),
        (
            "card 4111-1111-1111-1111, 4111111111111111",
            "card <card:1>, <card:1>",
        ),
        (
            r#"{"card":4111111111111111,"n":1}"#,
            r#"{"card":"<card:1>","n":1}"#,
        ),
        ("378282246310005", "<card:1>"),
    ]);
}

#[test]
fn escapes_hide_nothing() {
    become_so(&[
        (
            "GET /?q=password%3Dhunter2%26x%3D1",
            "GET /?q=password%3D<password:1>%26x%3D1",
        ),
        (
            "body=%7B%22password%22%3A%22hun%20ter2%22%7D",
            "body=%7B%22password%22%3A%22<password:1>%22%7D",
        ),
        (
            "x=postgres%3A%2F%2Fu%3Ahunter2%40db%2Fx",
            "x=postgres%3A%2F%2Fu%3A<password:1>%40db%2Fx",
        ),
        ("%2570assword%253Dhunter2", "%2570assword%253D<password:1>"),
        (
            r#"{"m":"pass\u0077ord\u003dhunter2"}"#,
            r#"{"m":"pass\u0077ord\u003d<password:1>"}"#,
        ),
        (
            "&quot;password&quot;:&quot;hunter2&quot;",
            "&quot;password&quot;:&quot;<password:1>&quot;",
        ),
        ("password=a%26b", "password=<password:1>"),
    ]);
}

#[test]
fn one_value_has_one_pseudonym_however_it_is_written() {
    let mut redactor = Redactor::default();
    for (text, wanted) in [
        ("to bob@example.com", "to <email:1>"),
        ("to eve@example.com", "to <email:2>"),
        ("?to=bob%40example.com", "?to=<email:1>"),
        (r"bob\u0040example.com", "<email:1>"),
        (r#"{"password":"a\"b"}"#, r#"{"password":"<password:1>"}"#),
        (
            r#"{"m":"{\"password\":\"a\\\"b\"}"}"#,
            r#"{"m":"{\"password\":\"<password:1>\"}"}"#,
        ),
        ("token=abc123", "token=<token:1>"),
        (
            "Authorization: Bearer abc123",
            "Authorization: Bearer <token:1>",
        ),
        ("4111 1111 1111 1111", "<card:1>"),
        ("4111111111111111", "<card:1>"),
    ] {
        assert_eq!(redactor.masked(text), wanted);
    }
}

#[test]
fn ordinary_lines_are_left_alone() {
    for text in [
        r#"password authentication failed for user "atlas""#,
        "FATAL: password authentication failed for user 'x'",
        "token bucket refilled",
        "invalid token: signature has expired",
        "token: expired",
        "Unexpected token: }",
        "invalid password: must have 8 characters",
        "request_id=550e8400-e29b-41d4-a716-446655440000 status=200",
        r#"{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}"#,
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "image rg.fr-par.scw.cloud/shop/api@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "v1.2.3-rc.1+build.5 go1.22.1 lodash@4.17.21 logo@2x.png",
        "2026-11-21T09:00:00.123456789Z 1795251600123456 1795251600123456789",
        "order 4111111111111112 and 1234567812345678",
        r#"{"prompt_tokens":512,"max_tokens":1024,"tokens":15,"token_type":"bearer"}"#,
        "bearer token expired; Bearer realm=\"api\", error=\"invalid_token\"",
        "tests: pass=12 fail=0; --- PASS: TestLogin (0.02s)",
        "PWD=/srv/app OLDPWD=/",
        "key=orders:42 cache key: user:17 primary key: id",
        "secret_name=db-credentials secretName: tls token_count=3",
        "password=*** token=[REDACTED] secret=$SECRET api_key=${API_KEY} password = $1",
        "at com.example.auth.TokenFilter.doFilter(TokenFilter.java:42)",
        "GET /v1/orders/550e8400-e29b-41d4-a716-446655440000/items?page_token=3 HTTP/1.1\" 200",
        "connected to postgres at 10.0.0.5:5432 via tcp://10.0.0.5:5432",
        "SELECT * FROM users WHERE password_reset_at > now()",
        r#"{"msg":"C:\\new\\table","auth":"ldap","authenticated":true}"#,
        "the basic principle, Basic plan, author: Bob",
        "passenger: 3 tokenizer: bpe keyboard=fr monkey: yes",
        "connection refused: redis.internal:6379",
        "error code=ECONNRESET errno=104 syscall=read",
        "max_connections=100 used=97 superuser_reserved_connections=3",
        "",
        "-----",
        "@ = : -- \\ % &",
    ] {
        assert_eq!(mask(text), text);
    }
}

#[test]
fn addresses_are_masked_on_demand() {
    let mut redactor = Redactor::new(RedactOptions {
        ips: true,
        ..RedactOptions::default()
    });
    for (text, wanted) in [
        (
            "from 10.1.2.3:443 to 10.1.2.3.",
            "from <ip:1>:443 to <ip:1>.",
        ),
        (
            "2001:db8::1 at 09:00:00 on 127.0.0.1 and ::1",
            "<ip:2> at 09:00:00 on 127.0.0.1 and ::1",
        ),
        ("[2001:db8::2]:80 v1.2.3", "[<ip:3>]:80 v1.2.3"),
    ] {
        assert_eq!(redactor.masked(text), wanted);
        assert_eq!(redactor.masked(wanted), wanted);
    }
    assert_eq!(mask("10.1.2.3"), "10.1.2.3");
}

#[test]
fn unnumbered_pseudonyms_have_no_numbers() {
    let mut redactor = Redactor::new(RedactOptions {
        unnumbered: true,
        ..RedactOptions::default()
    });
    assert_eq!(
        redactor.masked("a@example.com password=x"),
        "<email:?> password=<password:?>"
    );
    assert_eq!(
        mask("<email:?> password=<password:?>"),
        "<email:?> password=<password:?>"
    );
}

#[test]
fn a_private_key_without_its_end_is_reported() {
    let mut redactor = Redactor::default();
    let mut open = |text: &str| redactor.mask(&mut text.to_owned());
    assert_eq!(open("-----BEGIN PRIVATE KEY-----"), OpenKey::Yes);
    assert_eq!(
        open("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"),
        OpenKey::No
    );
    assert_eq!(open("-----BEGIN CERTIFICATE-----"), OpenKey::No);
    let mut redactor = Redactor::default();
    let mut line = r#"{"stream":"stderr","message":"MIIEpAIBAAKCAQEA7bq98Xm2jY0n"}"#.to_owned();
    redactor.mask_key_body(&mut line);
    assert_eq!(line, r#"{"stream":"stderr","message":"<key:1>"}"#);
}
