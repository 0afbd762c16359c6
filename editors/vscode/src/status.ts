// The item in the status bar: the CPython that is spoken of, and whether the server is at work.

import * as vscode from 'vscode';

export type Condition =
  | { is: 'starting' }
  | { is: 'working'; target: string | undefined }
  | { is: 'ready'; target: string }
  /** The server is there and says nothing about this file. */
  | { is: 'silent' }
  | { is: 'down'; reason: string };

export class Status implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor() {
    // Right of the language's name, where the interpreter and the type checker have theirs.
    this.item = vscode.window.createStatusBarItem('heaplight.status', vscode.StatusBarAlignment.Right, 95);
    this.item.name = 'Heaplight';
  }

  /** Shown with Python files alone. */
  show(isShown: boolean): void {
    if (isShown) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }

  set(condition: Condition): void {
    const { item } = this;
    item.backgroundColor = undefined;
    item.command = 'heaplight.setTarget';
    switch (condition.is) {
      case 'starting':
        item.text = '$(loading~spin) heap';
        item.tooltip = tooltip('The server is starting.');
        break;
      case 'working':
        item.text = `$(loading~spin) heap ${condition.target ?? ''}`.trimEnd();
        item.tooltip = tooltip('This file is being analysed.');
        break;
      case 'ready':
        item.text = `$(server-environment) heap ${condition.target}`;
        item.tooltip = tooltip(`What is said of this file holds for CPython ${condition.target}.`);
        break;
      case 'silent':
        item.text = '$(server-environment) heap';
        item.tooltip = tooltip('Nothing is said of this file.');
        break;
      case 'down':
        item.text = '$(error) heap';
        item.tooltip = tooltip(condition.reason);
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
        item.command = 'heaplight.showLogs';
        break;
    }
    item.accessibilityInformation = { label: `Heaplight ${'target' in condition ? (condition.target ?? '') : condition.is}`.trim() };
  }

  dispose(): void {
    this.item.dispose();
  }
}

function tooltip(first: string): vscode.MarkdownString {
  const links = [
    ['Target', 'heaplight.setTarget'],
    ['Hint level', 'heaplight.setHintLevel'],
    ['Log', 'heaplight.showLogs'],
    ['Restart', 'heaplight.restart'],
  ] as const;
  const text = new vscode.MarkdownString('**Heaplight**\n\n');
  text.appendText(first);
  text.appendMarkdown(`\n\n${links.map(([title, command]) => `[${title}](command:${command})`).join(' · ')}`);
  text.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  return text;
}
