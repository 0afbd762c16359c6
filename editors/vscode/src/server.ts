// The server's life: found, started, asked, restarted.

import * as vscode from 'vscode';
import {
  LanguageClient,
  State,
  type LanguageClientOptions,
  type Location,
  type Middleware,
  type ServerOptions,
} from 'vscode-languageclient/node';

import { findServer } from './binary';
import { Interpreter } from './interpreter';
import type { Condition } from './status';

/** Cells of a notebook are not meant: in which order they run, nobody can read off them. */
const DOCUMENTS = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'untitled' },
];

export const isOurs = (document: vscode.TextDocument): boolean => vscode.languages.match(DOCUMENTS, document) > 0;

/** The answer to `heaplight/facts`, as far as it is read here. */
type Facts = { version: number; target: string };

/** The answer to `heaplight/explain`. */
type Explanation = { steps: { text: string; location?: Location }[] };

/** A sentence of the evidence, and the place it speaks of. */
export type Step = { text: string; at: vscode.Location | undefined };

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly interpreter: Interpreter;
  /** Starts and stops come one after the other, in the order they were asked for. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly extensionFolder: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly tell: (condition: Condition) => void,
  ) {
    this.interpreter = new Interpreter(() => void this.settingsChanged());
  }

  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.stopNow());
  }

  /** Has the server ask for its settings anew. In turn, because a notification to a client that stops starts it again. */
  settingsChanged(): Promise<void> {
    return this.inTurn(async () => {
      if (this.isRunning) {
        await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null });
      }
    });
  }

  /** Runs a command of the server. */
  async command(name: string, argument: unknown): Promise<void> {
    if (!this.client || !this.isRunning) {
      throw new Error('the server is not running');
    }
    await this.client.sendRequest('workspace/executeCommand', { command: `heaplight.server.${name}`, arguments: [argument] });
  }

  /** The target that is spoken of in `document`, once its text as it is now has been analysed. */
  async targetOf(document: vscode.TextDocument): Promise<string> {
    if (!this.client || !this.isRunning) {
      throw new Error('the server is not running');
    }
    const start = { line: 0, character: 0 };
    const facts = await this.client.sendRequest<Facts>('heaplight/facts', {
      textDocument: { uri: this.client.code2ProtocolConverter.asUri(document.uri) },
      range: { start, end: start },
    });
    return facts.target;
  }

  /** Why what is claimed at a position is claimed; empty where nothing is. */
  async explain(document: vscode.TextDocument, position: vscode.Position): Promise<Step[]> {
    const { client } = this;
    if (!client || !this.isRunning) {
      throw new Error('the server is not running');
    }
    const found = await client.sendRequest<Explanation | null>(
      'heaplight/explain',
      client.code2ProtocolConverter.asTextDocumentPositionParams(document, position),
    );
    const { asLocation } = client.protocol2CodeConverter;
    return (found?.steps ?? []).map(({ text, location }) => ({ text, at: location && asLocation(location) }));
  }

  dispose(): void {
    this.interpreter.dispose();
  }

  private inTurn(action: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(action).catch((error) => this.log.error(String(error)));
    return this.turn;
  }

  private async startNow(): Promise<void> {
    const settings = vscode.workspace.getConfiguration('heaplight');
    const found = findServer(settings.get('path', ''), this.extensionFolder);
    if (typeof found === 'string') {
      this.log.error(found);
      this.tell({ is: 'down', reason: `Heaplight is off: ${found}.` });
      void this.complain(found);
      return;
    }
    this.log.info(`starting ${found.path} (from the ${found.from})`);
    this.tell({ is: 'starting' });
    const program: ServerOptions = {
      command: found.path,
      args: ['server'],
      options: { env: { ...process.env, HEAPLIGHT_LOG: settings.get('logLevel', 'warn') } },
    };
    const options: LanguageClientOptions = {
      documentSelector: DOCUMENTS,
      diagnosticCollectionName: 'heaplight',
      outputChannel: this.log,
      traceOutputChannel: this.log,
      middleware: this.middleware(),
    };
    const client = new LanguageClient('heaplight', 'Heaplight', program, options);
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) {
        return;
      }
      if (newState === State.Starting) {
        this.tell({ is: 'starting' });
      } else if (newState === State.Running) {
        this.tell({ is: 'working', target: undefined });
      } else {
        this.tell({ is: 'down', reason: 'The server has stopped. Its log may say why.' });
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
      this.tell({ is: 'down', reason: `The server ${found.path} does not start: ${String(error)}` });
    }
  }

  private async stopNow(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    // One that failed to start or has crashed cannot be stopped.
    await client?.dispose().catch((error) => this.log.warn(String(error)));
  }

  private middleware(): Middleware {
    return {
      workspace: {
        // The interpreter that the user has chosen is a setting that stands elsewhere.
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          const chosen = this.interpreter.path();
          if (!Array.isArray(answers) || chosen === undefined) {
            return answers;
          }
          return answers.map((answer, at) => {
            const isOurs = params.items[at]?.section === 'heaplight' && answer !== null && typeof answer === 'object';
            return isOurs && !answer.interpreter ? { ...answer, interpreter: chosen } : answer;
          });
        },
      },
    };
  }

  private async complain(reason: string): Promise<void> {
    const settings = 'Open Settings';
    const chosen = await vscode.window.showErrorMessage(
      `Heaplight cannot start: ${reason}. Name the server in heaplight.path, or install it ("cargo install --path ." in its source).`,
      settings,
    );
    if (chosen === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'heaplight.path');
    }
  }
}
