//! The editors, for real: Neovim always, VS Code with `HEAPLIGHT_ALL=1`. What they do is in `tests/editors/`.
//!
//! An editor that cannot be had is skipped with a word; with `CI=true` it is a failure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_heaplight");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| value == "true" || value == "1")
}

/// Says it past the test harness, which keeps what a passing test prints to itself.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What a script in `tests/editors` says is to be set, or nothing where the editor cannot be had.
fn set_up(script: &str) -> Option<Vec<(String, String)>> {
    let output = Command::new(root().join("tests/editors").join(script))
        .stderr(Stdio::inherit())
        .output();
    let output = output.ok().filter(|output| output.status.success());
    let Some(output) = output else {
        assert!(!is_set("CI"), "{script} fails");
        say(&format!("skipped: {script} fails"));
        return None;
    };
    let text = String::from_utf8(output.stdout).expect("the script writes text");
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("export ")?.split_once('='));
    Some(
        lines
            .map(|(name, value)| (name.to_owned(), value.replace('\\', "")))
            .collect(),
    )
}

/// Runs it to its end; on failure what it wrote is the message.
fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}",
        output.status
    );
    said
}

/// A home of its own for an editor: it neither reads nor writes the user's.
fn at_home(command: &mut Command, home: &Path) {
    for (name, folder) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
    ] {
        command.env(name, home.join(folder));
    }
    command.env("HOME", home).env_remove("NVIM_APPNAME");
}

fn write(path: PathBuf, content: &str) {
    let folder = path.parent().expect("a file in a folder");
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(path, content).expect("written");
}

#[test]
fn neovim() {
    let Some(variables) = set_up("setup-neovim") else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a folder");
    let (home, project) = (scratch.path().join("home"), scratch.path().join("project"));
    write(
        home.join("config/nvim/init.lua"),
        "vim.lsp.enable('heaplight')\n",
    );
    write(
        project.join("pyproject.toml"),
        "[tool.heaplight]\ntarget = '3.13'\nworld = 'script'\n",
    );

    let mut install = Command::new(root().join("editors/neovim/install"));
    at_home(&mut install, &home);
    install.args(["--server", PROGRAM]).envs(variables.clone());
    run(&mut install);

    let nvim = variables
        .iter()
        .find(|(name, _)| name == "HEAPLIGHT_NVIM")
        .map(|(_, value)| value)
        .expect("the script says where it is");
    let script = root().join("tests/editors/neovim.lua");
    // Until it has been entered, Neovim is not as users have it.
    let start = format!("autocmd VimEnter * ++nested luafile {}", script.display());
    let mut editor = Command::new(nvim);
    at_home(&mut editor, &home);
    editor
        .arg("--headless")
        .args(["-c", &start])
        .env("HEAPLIGHT_PROGRAM", PROGRAM)
        .env("HEAPLIGHT_TOUR", root().join("tests/tour.py"))
        .current_dir(&project);
    say(&run(&mut editor));
}

#[test]
fn vs_code() {
    if !is_set("HEAPLIGHT_ALL") {
        say("VS Code: skipped, it is tried with HEAPLIGHT_ALL=1");
        return;
    }
    let Some(variables) = set_up("setup-vscode") else {
        return;
    };
    let node = variables
        .iter()
        .find(|(name, _)| name == "HEAPLIGHT_NODE")
        .map(|(_, value)| value.clone())
        .expect("the script says where it is");
    let mut editor = Command::new(node);
    editor
        .arg(root().join("tests/editors/vscode.mjs"))
        .env("HEAPLIGHT_PROGRAM", PROGRAM)
        .envs(variables);
    say(&run(&mut editor));
}

/// What is written twice, because tools look for it in the extension's folder.
#[test]
fn the_extension_agrees_with_the_package() {
    let extension = root().join("editors/vscode");
    let read = |path: &Path| std::fs::read_to_string(path).expect("the file is there");
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(
            read(&extension.join(name)),
            read(&root().join(name)),
            "{name}"
        );
    }
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&extension.join("package.json"))).expect("JSON");
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let lock = read(&extension.join("package-lock.json"));
    assert!(!lock.contains("\"resolved\""), "addresses of a registry");

    // Each setting is one that the server takes, or the extension's own.
    let settings = manifest["contributes"]["configuration"]["properties"]
        .as_object()
        .expect("settings");
    let own = ["path", "logLevel", "trace.server"];
    let names = settings.keys().map(|key| {
        key.strip_prefix("heaplight.")
            .unwrap_or_else(|| panic!("{key} is not under heaplight"))
    });
    let values = names
        .filter(|name| !own.contains(name))
        .map(|name| (name.to_owned(), serde_json::Value::Null))
        .collect::<serde_json::Map<_, _>>();
    assert_eq!(values.len() + own.len(), settings.len());
    let (_, problems) = heaplight::engine::settings::from_json(
        &serde_json::Value::Object(values),
        heaplight::engine::settings::Origin::Editor,
    );
    assert_eq!(problems, []);
}
