// Drives a real VS Code (code-server and Chromium) with the packed extension, and looks at what a user would see.
// tests/editors.rs starts it; by hand:
//
//   eval "$(tests/editors/setup-vscode)"
//   HEAPLIGHT_PROGRAM=target/debug/heaplight "$HEAPLIGHT_NODE" tests/editors/vscode.mjs
//
// HEAPLIGHT_SHOTS is a folder for screenshots; HEAPLIGHT_ONLY=hover runs those tests alone whose name has `hover` in it.
// The folder that is opened is not trusted, and its settings name a false server: neither may matter.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PATIENCE = 30_000; // until a wait counts as a failure; nothing waits that long when all is well
const { HEAPLIGHT_NODE, HEAPLIGHT_CODE_SERVER, HEAPLIGHT_CHROMIUM, HEAPLIGHT_PROGRAM, HEAPLIGHT_SHOTS, HEAPLIGHT_ONLY } = process.env;
for (const [name, value] of Object.entries({ HEAPLIGHT_NODE, HEAPLIGHT_CODE_SERVER, HEAPLIGHT_CHROMIUM, HEAPLIGHT_PROGRAM })) {
  if (!value) {
    console.error(`${name} is not set; see the head of ${import.meta.url}`);
    process.exit(2);
  }
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'heaplight-vscode-'));
const at = (...parts) => path.join(scratch, ...parts);
const write = (name, content) => {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
};

// --- what is opened ----------------------------------------------------------------------------------------------------

const USER_SETTINGS = {
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.hover.delay': 100,
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  // Nothing that asks, offers or phones while the tests look.
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};
const FIX = `def note(text, pad=[]):
    pad.append(text)
    return pad


monday = note("buy bread")
tuesday = note("call home")
print(monday, tuesday)
`;
write('user/User/settings.json', USER_SETTINGS);
write('project/pyproject.toml', "[tool.heaplight]\ntarget = '3.13'\nworld = 'script'\n");
write('project/.vscode/settings.json', { 'heaplight.path': at('false-server') });
write('false-server', `#!/bin/sh\ntouch ${at('false-server-ran')}\n`);
fs.chmodSync(at('false-server'), 0o755);
write('project/tour.py', fs.readFileSync(path.join(ROOT, 'tests/tour.py'), 'utf8'));
write('project/edit.py', 'a = [1, 2]\n\nb = a\nprint(b)\n');
write('project/fix.py', FIX);

// --- what tests are made of ----------------------------------------------------------------------------------------------

let page; // the browser's, once it is there

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
/** Asks until the answer is a true one; then that. */
async function until(what, ask, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(50);
  }
}
function has(text, part, what) {
  if (!text.includes(part)) throw new Error(`${what}: ${JSON.stringify(part)} is not in ${JSON.stringify(text)}`);
}
/** The editor draws spaces as no-break spaces. */
const plain = (text) => (text ?? '').replaceAll('\u00a0', ' ').replaceAll('\u200c', '');

/** The line of the file that is drawn with this text at its start, hints and all. */
const line = (start) => page.locator('.editor-instance .view-line', { hasText: start }).first();
const textOfLine = async (start) => plain(await line(start).textContent());
const statusText = async () => {
  const found = page.locator('.statusbar-item', { hasText: /heap/ });
  return (await found.count()) ? plain(await found.first().textContent()).trim() : '';
};

async function shot(name) {
  if (!HEAPLIGHT_SHOTS) return;
  fs.mkdirSync(HEAPLIGHT_SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(HEAPLIGHT_SHOTS, `${name}.png`) });
}

/** Opens a file of the project. */
async function show(name) {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input').first();
  await input.fill(name);
  // Once the list is that of what was written.
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
  await input.press('Enter');
  await page.locator('.tab.active', { hasText: name }).waitFor();
}

/** Opens a file of the project, and waits until all of it has been analysed. */
async function open(name) {
  await show(name);
  await until(`the analysis of ${name}`, async () => /^heap 3\.\d+$/.test(await statusText()));
}

/** Runs a command by its title, and answers its questions. */
async function command(title, ...answers) {
  await page.keyboard.press('F1');
  for (const answer of [title, ...answers]) {
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: answer }).first();
    const input = page.locator('.quick-input-widget input').first();
    await input.fill(answer === title ? `>${title}` : answer);
    await row.waitFor();
    await input.press('Enter');
    if (answer !== (answers.at(-1) ?? title)) await row.waitFor({ state: 'detached' });
  }
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Puts the cursor at a line and column, both from 1. */
async function go(row, column) {
  await page.keyboard.press('Control+G');
  const input = page.locator('.quick-input-widget input').first();
  await input.fill(`:${row}:${column}`);
  await input.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** The card for a word, as the mouse that rests on it shows it. */
async function hover(row, word, source) {
  const column = source.split('\n')[row - 1].indexOf(word) + 1;
  if (column === 0) throw new Error(`there is no ${word} in line ${row}`);
  await page.keyboard.press('Escape');
  await go(row, column);
  const cursor = page.locator('.editor-instance .cursors-layer .cursor').first();
  const content = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content');
  let text = '';
  await until(`a card on ${word} in line ${row}`, async () => {
    // The first move after a change of layout can be lost: away, and back.
    const box = await cursor.boundingBox();
    if (!box) return false;
    await page.mouse.move(box.x + 300, box.y + 150);
    await page.mouse.move(box.x + 6, box.y + box.height / 2, { steps: 4 });
    const isThere = await content.first().waitFor({ timeout: 3000 }).then(() => true, () => false);
    text = isThere ? plain(await content.first().innerText()) : '';
    return text && !text.includes('Loading');
  });
  return text;
}

/** Settings, changed as a user does it: in the editor. Which program is started stands in those of the machine. */
async function set(whose, settings) {
  await command(`Preferences: Open ${whose} Settings (JSON)`);
  await page.locator('.tab.active', { hasText: 'settings.json' }).waitFor();
  await page.locator('.editor-instance .view-lines').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(JSON.stringify(settings));
  await page.keyboard.press('Control+S');
  await page.locator('.tab.active:not(.dirty)', { hasText: 'settings.json' }).waitFor();
  await show('tour.py');
}

const tests = [];
const test = (name, body) => tests.push({ name, body });

// --- the tests -------------------------------------------------------------------------------------------------------------

test('the status bar names the target', async () => {
  await open('tour.py');
  has(await statusText(), 'heap 3.13', 'the status bar');
  await shot('status');
});

test('hover: three names of the tour', async () => {
  await open('tour.py');
  const source = fs.readFileSync(at('project/tour.py'), 'utf8');
  const lines = source.split('\n');
  const row = (start) => lines.findIndex((it) => it.startsWith(start)) + 1;
  for (const [start, word, ...parts] of [
    ['same_basket = ', 'same_basket', '72 bytes', '2 references', 'basket'],
    ['shallow = ', 'shallow', 'trip', 'stops'],
    ['monday = ', 'monday', 'list'],
  ]) {
    const card = await hover(row(start), word, source);
    await shot(`hover-${word}`);
    for (const part of [word, ...parts]) has(card, part, `the card on ${word}`);
    const height = (await page.locator('.monaco-hover:not(.hidden)').first().boundingBox()).height;
    if (height > 320) throw new Error(`the card on ${word} is ${height} pixels high`);
  }
});

test('hints: by level', async () => {
  await open('edit.py');
  await command('Heaplight: Set Hint Level', 'full');
  await until('hints in full', async () => /72 B/.test(await textOfLine('a = [1, 2]')));
  await shot('hints-full');
  await command('Heaplight: Set Hint Level', 'quiet');
  await until('fewer hints', async () => !/72 B/.test(await textOfLine('a = [1, 2]')));
  await until('the hint of a shared object', async () => /same object as a/.test(await textOfLine('b = a')));
  await shot('hints-quiet');
  await command('Heaplight: Set Hint Level', 'off');
  await until('no hints', async () => (await textOfLine('b = a')) === 'b = a');
});

test('hover: an edit changes the card of a later line, nothing is saved', async () => {
  await open('edit.py');
  const source = fs.readFileSync(at('project/edit.py'), 'utf8');
  has(await hover(3, 'b', source), '72 bytes', 'the card before');
  await go(1, 10);
  await page.keyboard.type(', 3, 4');
  await line('a = [1, 2, 3, 4]').waitFor();
  has(await hover(3, 'b', source), '88 bytes', 'the card after');
  await shot('hover-edited');
  if (fs.readFileSync(at('project/edit.py'), 'utf8') !== source) throw new Error('the file was saved');
  await command('File: Revert File');
});

test('explain: the evidence, and the place it speaks of', async () => {
  await open('edit.py');
  await go(3, 1);
  await command('Heaplight: Explain What Is Claimed Here', 'made by');
  await until('the cursor at the display', async () => /Ln 1, Col 11/.test(plain(await page.locator('.statusbar').textContent())));
});

test('a finding, in Problems too, and its fix', async () => {
  await open('fix.py');
  await page.locator('.editor-instance .cdr[class*="squiggly"]').first().waitFor({ timeout: PATIENCE });
  await command('View: Focus Problems');
  const row = page.locator('.markers-panel .monaco-list-row', { hasText: 'mutable-default' }).first();
  await row.waitFor({ timeout: PATIENCE });
  has(plain(await row.textContent()), 'heaplight', 'the row in Problems');
  await shot('problems');
  await command('View: Toggle Problems');

  await line('def note').click();
  await go(1, FIX.indexOf('[]') + 1);
  const fix = page.locator('.action-widget .monaco-list-row.action', { hasText: 'pad=None' }).first();
  await until('the menu', async () => {
    await page.keyboard.press('Control+.');
    return fix.waitFor({ timeout: 3000 }).then(() => true, () => false);
  });
  await shot('fix-menu');
  await fix.click();
  // It could change what the program does, so it is shown before it is made.
  const apply = page.locator('.monaco-button', { hasText: 'Apply' }).first();
  await apply.waitFor({ timeout: PATIENCE });
  await shot('fix-preview');
  await page.locator('.bulk-edit-panel .monaco-list-row input[type=checkbox], .bulk-edit-panel .monaco-list-row .edit-checkbox').first().click();
  await apply.click();
  await line('if pad is None').waitFor({ timeout: PATIENCE });
  await shot('fixed');
  await until('the end of the finding', async () => (await page.locator('.editor-instance .cdr[class*="squiggly"]').count()) === 0);
  await page.keyboard.press('Control+S');
  await until('the file on disk', () => fs.readFileSync(at('project/fix.py'), 'utf8').includes('pad=None'));
});

test('the target, by command', async () => {
  await open('tour.py');
  await command('Heaplight: Set Target Python', '3.8');
  await until('the target', async () => (await statusText()) === 'heap 3.8');
  await command('Heaplight: Set Target Python', 'As the project says');
  await until('the target', async () => (await statusText()) === 'heap 3.13');
});

test('restart', async () => {
  await open('tour.py');
  await command('Heaplight: Set Target Python', '3.9');
  await until('the target', async () => (await statusText()) === 'heap 3.9');
  await command('Heaplight: Restart Server');
  // The new server knows nothing of what was chosen for the old one.
  await until('the new server', async () => (await statusText()) === 'heap 3.13');
});

test('settings count at once', async () => {
  await open('tour.py');
  await set('User', { ...USER_SETTINGS, 'heaplight.target': '3.10' });
  await until('the target', async () => (await statusText()) === 'heap 3.10');
  await set('User', USER_SETTINGS);
  await until('the target', async () => (await statusText()) === 'heap 3.13');
});

test('a server that is not there is told of', async () => {
  await open('tour.py');
  await set('Remote', { 'heaplight.path': '/nowhere/heaplight' });
  const notice = page.locator('.notification-toast', { hasText: 'Heaplight cannot start' });
  await notice.waitFor({ timeout: PATIENCE });
  has(plain(await notice.textContent()), '/nowhere/heaplight', 'the notice');
  await shot('no-server');
  await set('Remote', {});
  await until('the server', async () => (await statusText()) === 'heap 3.13');
  await command('Notifications: Clear All Notifications');
});

test('logs', async () => {
  await command('Heaplight: Show Server Logs');
  await until('the log', async () => plain(await page.locator('.output-view-content, .panel .view-lines').first().textContent()).includes('from the extension'));
  await shot('logs');
  await command('View: Toggle Output');
});

test("the folder's false server was never started", async () => {
  if (fs.existsSync(at('false-server-ran'))) throw new Error('it was');
});

// --- running them ------------------------------------------------------------------------------------------------------------

function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.error ?? `${done.stdout}${done.stderr}`}`);
}

const freePort = () =>
  new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const start = Date.now();
const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
let served;
let browser;
let failed = 0;
try {
  const vsix = at('heaplight.vsix');
  run(path.join(ROOT, 'editors/vscode/install'), ['--pack-only', '--server', path.resolve(HEAPLIGHT_PROGRAM), '--out', vsix]);
  const { chromium } = createRequire(path.join(ROOT, 'editors/vscode/package.json'))('playwright-core');

  const env = { ...process.env, XDG_CONFIG_HOME: at('config'), XDG_DATA_HOME: at('data'), XDG_CACHE_HOME: at('cache') };
  delete env.VSCODE_IPC_HOOK_CLI; // set inside a VS Code: the extension would go there
  const folders = ['--user-data-dir', at('user'), '--extensions-dir', at('extensions')];
  run(HEAPLIGHT_CODE_SERVER, [...folders, '--install-extension', vsix], { env });

  const port = await freePort();
  const log = fs.openSync(at('code-server.log'), 'w');
  // A process group: what it starts, the language server too, ends with it.
  served = spawn(
    HEAPLIGHT_CODE_SERVER,
    [...folders, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    { env, stdio: ['ignore', log, log], detached: true },
  );
  const address = `http://127.0.0.1:${port}`;
  await until('code-server', () => fetch(`${address}/healthz`).then((answer) => answer.ok, () => false));

  browser = await chromium.launch({
    executablePath: HEAPLIGHT_CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: 1200, height: 760 }, locale: 'en-US' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const first = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${at('project/tour.py')}`]]);
  await page.goto(`${address}/?folder=${encodeURIComponent(at('project'))}&payload=${encodeURIComponent(first)}`);
  await line('import copy').waitFor({ timeout: 2 * PATIENCE });
  await until('the first analysis', async () => (await statusText()) === 'heap 3.13', 2 * PATIENCE);
  console.log(`ready (${elapsed()})`);

  for (const { name, body } of tests) {
    if (HEAPLIGHT_ONLY && !name.includes(HEAPLIGHT_ONLY)) continue;
    const begun = Date.now();
    try {
      await body();
      console.log(`ok ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}\n  ${error.message}`);
      await shot(`failed-${name.replace(/\W+/g, '-')}`);
      for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
    }
  }
} catch (error) {
  failed += 1;
  console.log(`FAILED before the tests\n  ${error.stack}`);
  if (page) await shot('failed').catch(() => undefined);
} finally {
  await browser?.close();
  if (served) {
    const ended = new Promise((done) => served.once('exit', done));
    try {
      process.kill(-served.pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
    await Promise.race([ended, sleep(5000)]);
  }
}
if (failed) console.log(`what was made is left in ${scratch}`);
else fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
console.log(`${failed} failed; ${elapsed()}`);
process.exit(failed ? 1 : 0);
