// The commands that ask the user something.

import * as vscode from 'vscode';

import { isOurs, type Server } from './server';

const UNTIL = 'for this window; the settings keep it';

const LEVELS = [
  { label: 'off', detail: 'Nothing' },
  { label: 'quiet', detail: 'What surprises: shared objects, copies that share, names that keep an object alive' },
  { label: 'full', detail: 'Size and references behind every binding as well' },
];

const MINORS = [15, 14, 13, 12, 11, 10, 9, 8];

export async function setHintLevel(server: Server): Promise<void> {
  const chosen = await vscode.window.showQuickPick(LEVELS, { title: `Heaplight: hint level (${UNTIL})` });
  if (chosen) {
    await run(server, 'setInlayHints', chosen.label);
  }
}

export async function setTarget(server: Server): Promise<void> {
  const project = { label: 'As the project says', detail: 'Its settings, its interpreter, .python-version or requires-python' };
  const other = { label: 'Another…', detail: 'A patch release like 3.13.5, or a free-threaded build like 3.14t' };
  const versions = MINORS.map((minor) => ({ label: `3.${minor}`, detail: '' }));
  const chosen = await vscode.window.showQuickPick([project, ...versions, other], { title: `Heaplight: target (${UNTIL})` });
  if (!chosen) {
    return;
  }
  if (chosen !== other) {
    await run(server, 'setTarget', chosen === project ? null : chosen.label);
    return;
  }
  const written = await vscode.window.showInputBox({
    title: 'Heaplight: target',
    placeHolder: '3.13.5',
    validateInput: (text) => (/^\s*3\.\d+(\.\d+)?t?\s*$/.test(text) ? undefined : 'A version like 3.13, 3.13.5 or 3.14t'),
  });
  if (written) {
    await run(server, 'setTarget', written.trim());
  }
}

/** The evidence for what is claimed at the cursor, sentence by sentence; a chosen one leads to the place it speaks of. */
export async function explain(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isOurs(editor.document)) {
    return;
  }
  try {
    const steps = await server.explain(editor.document, editor.selection.active);
    if (steps.length === 0) {
      void vscode.window.showInformationMessage('Heaplight: there is nothing to explain here.');
      return;
    }
    const items = steps.map((step) => ({ label: step.text, description: step.at && `line ${step.at.range.start.line + 1}`, at: step.at }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'Heaplight: the evidence', matchOnDescription: true });
    if (chosen?.at) {
      await vscode.window.showTextDocument(chosen.at.uri, { selection: chosen.at.range });
    }
  } catch (error) {
    complain(error);
  }
}

async function run(server: Server, name: string, argument: unknown): Promise<void> {
  try {
    await server.command(name, argument);
  } catch (error) {
    complain(error);
  }
}

function complain(error: unknown): void {
  void vscode.window.showErrorMessage(`Heaplight: ${error instanceof Error ? error.message : String(error)}`);
}
