//! The `heaplight` program: arguments in, exit status out. Everything else is in the library.
fn main() -> std::process::ExitCode {
    heaplight::cli::run()
}
