// The Python that is chosen in the Python extension. Only its path is of interest, as a clue to the target: nothing is run.

import * as vscode from 'vscode';

/** The part of the Python extension's interface that is used. */
type PythonApi = {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    onDidChangeActiveEnvironmentPath(listener: () => void): vscode.Disposable;
  };
};

/** The path of the chosen interpreter, once the Python extension has told it; it is never waited for. */
export class Interpreter implements vscode.Disposable {
  private api: PythonApi | undefined;
  private subscription: vscode.Disposable | undefined;

  /** `changed` is called when another answer may be had. */
  constructor(changed: () => void) {
    const python = vscode.extensions.getExtension<PythonApi>('ms-python.python');
    // It has the same activation event as this extension: this starts nothing that would not start anyway.
    python?.activate().then(
      (api) => {
        this.api = api;
        this.subscription = api?.environments?.onDidChangeActiveEnvironmentPath(changed);
        changed();
      },
      () => undefined,
    );
  }

  path(): string | undefined {
    try {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      return this.api?.environments?.getActiveEnvironmentPath(folder).path;
    } catch {
      return undefined;
    }
  }

  dispose(): void {
    this.subscription?.dispose();
  }
}
