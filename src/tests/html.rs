//! Just enough of HTML to ask a page what it holds: tags with their attributes, texts unescaped. It knows what a browser knows
//! of `<script>` and `<textarea>`: they end at their own end tag only.

use crate::model::initial_data::Boot;

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    /// In order; values unescaped.
    pub attributes: Vec<(String, String)>,
    /// The text up to the next tag, unescaped (as it stands in a script).
    pub text: String,
}

impl Tag {
    /// The attribute's value; empty where there is none.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// All start tags of a page.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, after) = tag(rest);
            found.push(tag);
            rest = after;
        }
    }
    found
}

fn tag(html: &str) -> (Tag, &str) {
    let end = html.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(html.len());
    let (name, mut rest) = (html[..end].to_ascii_lowercase(), &html[end..]);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            break;
        }
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let key = rest[..end.max(1)].to_ascii_lowercase();
        rest = &rest[end.max(1)..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
            };
        }
        attributes.push((key, unescape(value)));
    }
    let raw = ["script", "style", "textarea", "title"].contains(&name.as_str());
    let end = if raw { rest.find(&format!("</{name}")) } else { rest.find('<') }.unwrap_or(rest.len());
    let text = if name == "script" { rest[..end].to_owned() } else { unescape(&rest[..end]) };
    (Tag { name, attributes, text }, &rest[end..])
}

pub fn unescape(text: &str) -> String {
    let named =
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    named.replace("&amp;", "&")
}

/// The first `name` element whose attribute has that value.
pub fn find(html: &str, name: &str, attribute: &str, value: &str) -> Option<Tag> {
    tags(html).into_iter().find(|tag| tag.name == name && tag.attribute(attribute) == value)
}

/// Returns the action of each form of a page, and the value of its field `name`.
pub fn field_of_forms(html: &str, name: &str) -> Vec<(String, Option<String>)> {
    let mut forms: Vec<(String, Option<String>)> = Vec::new();
    for tag in tags(html) {
        if tag.name == "form" {
            forms.push((tag.attribute("action").to_owned(), None));
        } else if let Some((_, value)) = forms.last_mut()
            && tag.attribute("name") == name
        {
            *value = Some(tag.attribute("value").to_owned());
        }
    }
    forms
}

/// What stands in the field `name` of the form that posts to `action`.
pub fn field(html: &str, action: &str, name: &str) -> Option<String> {
    let tags = tags(html);
    let form = tags.iter().position(|tag| tag.name == "form" && tag.attribute("action") == action)?;
    let inside = tags[form + 1..].iter().take_while(|tag| tag.name != "form");
    let field =
        inside.into_iter().find(|tag| ["input", "textarea"].contains(&tag.name.as_str()) && tag.attribute("name") == name)?;
    Some(match field.name.as_str() {
        // A browser drops one line break directly after the tag.
        "textarea" => field.text.strip_prefix('\n').unwrap_or(&field.text).to_owned(),
        _ => field.attribute("value").to_owned(),
    })
}

/// The page without the marks that hydration needs.
pub fn unmarked(html: &str) -> String {
    html.replace("<!---->", "")
}

/// The data the page was made from.
pub fn boot(html: &str) -> Boot {
    let script = find(html, "script", "id", "boot").expect("the boot data");
    serde_json::from_str(&script.text).expect("boot data that can be read")
}

/// Everything between tags and in attributes that a person could read or a script could run, for looking a text up in.
pub fn nothing_broke_out(html: &str) {
    for tag in tags(html) {
        assert!(!["img", "iframe", "object", "embed", "base", "b"].contains(&tag.name.as_str()), "{tag:?}");
        for (name, _) in &tag.attributes {
            assert!(!name.starts_with("on"), "a handler in the page: {tag:?}");
            assert_ne!(name, "style", "an inline style: {tag:?}");
        }
        if tag.name == "script" {
            assert!(["application/json", "module"].contains(&tag.attribute("type")), "{tag:?}");
        }
    }
}

#[test]
fn the_reader_of_pages_sees_what_a_browser_would() {
    let html = "<p class=\"a\" hidden>x &lt;b&gt;</p><!-- <i> --><textarea name=text>\n</p>&amp;</textarea>\
        <script>a<b</script><img src=x onerror='y'>";
    let tags = tags(html);
    let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["p", "textarea", "script", "img"]);
    assert_eq!((tags[0].text.as_str(), tags[1].text.as_str(), tags[2].text.as_str()), ("x <b>", "\n</p>&", "a<b"));
    assert_eq!(tags[3].attribute("onerror"), "y");
    assert!(std::panic::catch_unwind(|| nothing_broke_out(html)).is_err());
}
