// Brings the server, the status bar and the commands together. What is shown in a file comes from the server alone.

import * as vscode from 'vscode';
import { LSPErrorCodes, ResponseError } from 'vscode-languageclient/node';

import { explain, setHintLevel, setTarget } from './commands';
import { isOurs, Server } from './server';
import { Status } from './status';

/** Typing does not ask for the state of the analysis at each key. */
const PAUSE = 300;
/** An analysis that is quicker than this shows no sign of work. */
const UNSEEN = 250;

let server: Server | undefined;

/** The file that the status bar speaks of: the active one, else one in view, as when a panel has the focus. */
function watched(): vscode.TextDocument | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = activeTextEditor ? [activeTextEditor, ...visibleTextEditors] : visibleTextEditors;
  return editors.map((editor) => editor.document).find(isOurs);
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Heaplight', { log: true });
  const status = new Status();
  let target: string | undefined;
  let pending: NodeJS.Timeout | undefined;
  let asked = 0;

  const look = async (): Promise<void> => {
    const document = watched();
    status.show(document !== undefined);
    if (document === undefined || !running.isRunning) {
      return;
    }
    const question = ++asked;
    const sign = setTimeout(() => status.set({ is: 'working', target }), UNSEEN);
    try {
      const found = await running.targetOf(document);
      if (question === asked && running.isRunning) {
        target = found;
        status.set({ is: 'ready', target });
      }
    } catch (error) {
      // Where the text has changed meanwhile, that change brings the next question.
      const isOutdated = error instanceof ResponseError && error.code === LSPErrorCodes.ContentModified;
      if (!isOutdated && question === asked && running.isRunning) {
        status.set({ is: 'silent' });
      }
    } finally {
      clearTimeout(sign);
    }
  };
  const lookSoon = (): void => {
    clearTimeout(pending);
    pending = setTimeout(() => void look(), PAUSE);
  };

  const running = new Server(context.extensionPath, log, (condition) => {
    status.set(condition);
    if (condition.is === 'working') {
      lookSoon();
    }
  });
  server = running;

  const act = (action: () => Promise<void>) => async (): Promise<void> => {
    await action();
    lookSoon();
  };
  context.subscriptions.push(
    log,
    status,
    running,
    { dispose: () => clearTimeout(pending) },
    vscode.commands.registerCommand('heaplight.restart', act(() => running.restart())),
    vscode.commands.registerCommand('heaplight.showLogs', () => log.show()),
    vscode.commands.registerCommand('heaplight.explain', () => explain(running)),
    vscode.commands.registerCommand('heaplight.setHintLevel', act(() => setHintLevel(running))),
    vscode.commands.registerCommand('heaplight.setTarget', act(() => setTarget(running))),
    vscode.window.onDidChangeActiveTextEditor(() => void look()),
    vscode.workspace.onDidOpenTextDocument(lookSoon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === watched()) {
        lookSoon();
      }
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('heaplight.path')) {
        void running.restart();
      } else if (event.affectsConfiguration('heaplight')) {
        void running.settingsChanged().then(lookSoon);
      }
    }),
    // The folder's own heaplight.path counts from now on.
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (vscode.workspace.getConfiguration('heaplight').inspect<string>('path')?.workspaceValue) {
        void running.restart();
      }
    }),
  );
  await running.start();
  await look();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
