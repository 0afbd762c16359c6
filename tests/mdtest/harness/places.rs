//! The statements of a program as `ast` would place them: position, scope, and which one a line's comment speaks of.

use tree_sitter::{Node, Parser};

/// A statement of the program.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Line from 1, column from 0 in bytes.
    pub stmt: (usize, usize),
    /// Qualified name of the scope it stands in.
    pub scope: String,
    /// Rows from 0 that a comment may stand on to speak of it: all of a simple statement, the head of a compound one.
    rows: (usize, usize),
    /// Of a simple statement after which another can stand: its end, row from 0 and column in bytes, and its text.
    pub end: Option<(usize, usize, String)>,
    /// `if`, `while`, `try`, `match`, `class`: nothing is claimed of these themselves, but of the statements in them.
    pub is_silent: bool,
    /// Of a `def`: its own scope and parameters, for what holds on entry.
    pub function: Option<(String, Vec<String>)>,
}

/// A comment: row from 0, text without the `#`.
pub struct Comment {
    pub row: usize,
    pub text: String,
}

/// The statements and comments of a program, in the order of the text.
pub fn read(source: &str) -> Result<(Vec<Statement>, Vec<Comment>), String> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .map_err(|error| error.to_string())?;
    let tree = parser.parse(source, None).ok_or("not parsed")?;
    let (mut statements, mut comments) = (Vec::new(), Vec::new());
    walk(
        tree.root_node(),
        source,
        "<module>",
        "",
        &mut statements,
        &mut comments,
    );
    statements.sort_by_key(|statement| statement.stmt);
    comments.sort_by_key(|comment: &Comment| comment.row);
    Ok((statements, comments))
}

/// The statement that a comment on this row speaks of: the last one with a claim to that row, else to the one above.
pub fn spoken_of<'s>(
    statements: &'s [Statement],
    source: &str,
    row: usize,
) -> Option<&'s Statement> {
    let lines: Vec<&str> = source.lines().collect();
    for row in (0..=row).rev() {
        let found = statements
            .iter()
            .rev()
            .find(|statement| statement.rows.0 <= row && row <= statement.rows.1);
        if found.is_some() {
            return found;
        }
        let line = lines.get(row)?.trim();
        if !line.is_empty() && !line.starts_with('#') && !line.starts_with('@') && line != "else:" {
            return None;
        }
    }
    None
}

/// The last statement on this line (from 1).
pub fn on_line(statements: &[Statement], line: usize) -> Option<&Statement> {
    statements
        .iter()
        .rev()
        .find(|statement| statement.stmt.0 == line)
}

fn walk(
    node: Node,
    source: &str,
    scope: &str,
    prefix: &str,
    statements: &mut Vec<Statement>,
    comments: &mut Vec<Comment>,
) {
    let text = |node: Node| source.get(node.byte_range()).unwrap_or_default().to_owned();
    let kind = node.kind();
    if kind == "comment" {
        comments.push(Comment {
            row: node.start_position().row,
            text: text(node).trim_start_matches('#').into(),
        });
        return;
    }
    let is_simple = kind.ends_with("_statement") && node.child_by_field_name("body").is_none();
    let is_compound = matches!(
        kind,
        "if_statement"
            | "while_statement"
            | "for_statement"
            | "with_statement"
            | "try_statement"
            | "match_statement"
            | "function_definition"
            | "class_definition"
            | "except_clause"
            | "except_group_clause"
    );
    let mut inner = None;
    if is_compound || is_simple {
        let (start, mut last) = (node.start_position(), node.end_position().row);
        if is_compound {
            let colon = children(node).into_iter().find(|child| child.kind() == ":");
            last = colon.map_or(start.row, |colon| colon.start_position().row);
        }
        let mut function = None;
        if let Some(name) = node.child_by_field_name("name").map(text) {
            let qualname = format!("{prefix}{name}");
            if kind == "function_definition" {
                let parameters = node
                    .child_by_field_name("parameters")
                    .map(children)
                    .unwrap_or_default();
                let names = parameters
                    .into_iter()
                    .filter_map(|node| parameter_name(node, source))
                    .collect();
                function = Some((qualname.clone(), names));
                inner = Some((qualname.clone(), format!("{qualname}.<locals>.")));
            } else if kind == "class_definition" {
                inner = Some((qualname.clone(), format!("{qualname}.")));
            }
        }
        let is_jump = matches!(
            kind,
            "return_statement" | "raise_statement" | "break_statement" | "continue_statement"
        );
        let end = node.end_position();
        statements.push(Statement {
            stmt: (start.row + 1, start.column),
            scope: scope.to_owned(),
            rows: (start.row, last),
            is_silent: matches!(
                kind,
                "if_statement"
                    | "while_statement"
                    | "try_statement"
                    | "match_statement"
                    | "class_definition"
            ),
            end: (!is_compound && !is_jump).then(|| (end.row, end.column, text(node))),
            function,
        });
    }
    let (scope, prefix) = match &inner {
        Some((scope, prefix)) => (scope.as_str(), prefix.as_str()),
        None => (scope, prefix),
    };
    for child in children(node) {
        walk(child, source, scope, prefix, statements, comments);
    }
}

fn children(node: Node) -> Vec<Node> {
    (0..node.child_count())
        .filter_map(|index| node.child(index as u32))
        .collect()
}

/// `a`, `a=1`, `a: int`, `*args`, `**kwargs`: the first identifier in it.
fn parameter_name(node: Node, source: &str) -> Option<String> {
    if node.kind() == "identifier" {
        return source.get(node.byte_range()).map(str::to_owned);
    }
    if !node.is_named() || node.kind() == "comment" {
        return None;
    }
    children(node)
        .into_iter()
        .find_map(|child| parameter_name(child, source))
}
