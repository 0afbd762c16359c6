//! The editors, for real: Neovim always, VS Code with `HEAPLIGHT_ALL=1`. What they do is in `tests/editors/`.
//!
//! An editor that cannot be had is skipped with a word; with `CI=true` it is a failure.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_heaplight");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| value == "true" || value == "1")
}

/// What a script in `tests/editors` says is to be set, or nothing where the editor cannot be had.
fn set_up(script: &str) -> Option<Vec<(String, String)>> {
    let output = Command::new(root().join("tests/editors").join(script))
        .stderr(Stdio::inherit())
        .output();
    let output = output.ok().filter(|output| output.status.success());
    let Some(output) = output else {
        assert!(!is_set("CI"), "{script} fails");
        eprintln!("skipped: {script} fails");
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
    println!("{}", run(&mut editor));
}
