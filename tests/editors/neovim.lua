-- Drives a real Neovim with the installed plugin, and reads off its screen what a user would see. tests/editors.rs
-- starts it, in a folder with a project of its own:
--
--   nvim --headless -c 'autocmd VimEnter * ++nested luafile tests/editors/neovim.lua'
--
-- HEAPLIGHT_PROGRAM is the server, HEAPLIGHT_TOUR the tour. One line for each test; the exit status is 1 when one failed.
-- HEAPLIGHT_ONLY=hover runs those alone whose name has `hover` in it.

local PATIENCE = 15000 -- ms until a wait counts as a failure; nothing waits that long when all is well
local PROGRAM, TOUR = assert(os.getenv('HEAPLIGHT_PROGRAM')), assert(os.getenv('HEAPLIGHT_TOUR'))
local TARGET = '3.13'

local tests = {}
local function test(name, body)
  tests[#tests + 1] = { name = name, body = body }
end

-- --- what tests are made of ----------------------------------------------------------------------------------------

local function wait_for(what, condition)
  local value
  local done = vim.wait(PATIENCE, function()
    value = condition()
    return value and value ~= vim.NIL
  end, 10)
  if not done then
    error('waited in vain for ' .. what, 2)
  end
  return value
end

local function equal(found, wanted, what)
  if not vim.deep_equal(found, wanted) then
    error(('%s: found %s, wanted %s'):format(what, vim.inspect(found), vim.inspect(wanted)), 2)
  end
end

local function contains(text, part, what)
  if not text:find(part, 1, true) then
    error(('%s: %q is not in\n%s'):format(what, part, text), 2)
  end
end

local function client()
  return vim.lsp.get_clients({ bufnr = 0, name = 'heaplight' })[1]
end

local function attached()
  return wait_for('the server', function()
    local it = client()
    return it and it.initialized and it
  end)
end

-- Opens `lines` as a file of its own, and waits for the server.
local function open(name, lines)
  vim.fn.writefile(lines, name)
  vim.cmd.edit({ vim.fn.fnameescape(name), bang = true })
  attached()
  return vim.api.nvim_get_current_buf()
end

local function request(method, params)
  local answer, failure
  for _ = 1, 5 do
    local got = assert(client():request_sync(method, params, PATIENCE, vim.api.nvim_get_current_buf()))
    answer, failure = got.result, got.err
    -- A text that is newer than the question is no failure; the question is asked of the new one.
    if not failure or failure.code ~= -32801 then
      break
    end
  end
  if failure then
    error(method .. ': ' .. vim.inspect(failure), 2)
  end
  return answer
end

local function facts()
  return request('heaplight/facts', { textDocument = { uri = vim.uri_from_bufnr(0) } })
end

-- The claim of the statement in line `line` about `path`.
local function claim(line, path)
  for _, fact in ipairs(facts().facts) do
    if fact.stmt[1] == line and fact.path == path then
      return fact
    end
  end
  error(('nothing is claimed of %s in line %d'):format(path, line), 2)
end

-- Puts the cursor on the `nth` word `word` of line `line` (from 1).
local function go(line, word, nth)
  local text, from = vim.fn.getline(line), 1
  for _ = 1, nth or 1 do
    local start, stop = text:find('%f[%w_]' .. word .. '%f[^%w_]', from)
    assert(start, ('there is no %s in line %d: %s'):format(word, line, text))
    vim.api.nvim_win_set_cursor(0, { line, start - 1 })
    from = stop + 1
  end
end

-- The card at the cursor, as the server sends it; nil where there is none.
local function card()
  local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
  local answer = request('textDocument/hover', params)
  return answer and answer ~= vim.NIL and answer.contents.value or nil
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

-- What is on the screen, one text for each row: hints and floats are part of it.
local function screen()
  vim.cmd('redraw!')
  local rows = {}
  for row = 1, vim.o.lines do
    local cells = {}
    for column = 1, vim.o.columns do
      cells[column] = vim.fn.screenstring(row, column)
    end
    rows[row] = (table.concat(cells):gsub('%s+$', ''))
  end
  return rows
end

-- The row of the screen that shows line `line` of the file.
local function row_of(line)
  local at = vim.fn.screenpos(0, line, 1).row
  assert(at > 0, ('line %d is not on the screen'):format(line))
  return screen()[at]
end

-- The hints of the server, by line (from 1): a list of labels.
local function hints()
  local by_line = {}
  for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
    local label = hint.inlay_hint.label
    if type(label) == 'table' then
      label = table.concat(vim.tbl_map(function(part)
        return part.value
      end, label))
    end
    local line = hint.inlay_hint.position.line + 1
    by_line[line] = by_line[line] or {}
    table.insert(by_line[line], label)
  end
  return by_line
end

local function findings(code)
  return vim.tbl_filter(function(it)
    return it.code == code
  end, vim.diagnostic.get(0))
end

-- What the command line claims of the text as it is in the buffer. The file on disk is left alone.
local function claims_of_buffer()
  local file = vim.fn.tempname() .. '.py'
  local ending = vim.bo.fileformat == 'dos' and '\r\n' or '\n'
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), ending) .. ending
  local handle = assert(io.open(file, 'wb'))
  handle:write(text)
  handle:close()
  local done = vim.system({ PROGRAM, 'facts', '--target', TARGET, file }, { text = true }):wait(PATIENCE)
  equal(done.code, 0, 'the status of heaplight facts')
  local claims = {}
  for line in vim.gsplit(done.stdout, '\n', { trimempty = true }) do
    local claimed = vim.json.decode(line)
    claimed.file = nil
    claims[#claims + 1] = claimed
  end
  return claims
end

-- Server and command line agree on the buffer as it is now: the server has the same text.
local function in_step(when)
  local claimed = facts().facts
  for _, it in ipairs(claimed) do
    it.file = nil
  end
  equal(claimed, claims_of_buffer(), 'the claims ' .. when)
  return #claimed
end

local function type_keys(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), 'tx', false)
end

-- --- the tests -------------------------------------------------------------------------------------------------------

test('attach', function()
  open('attach.py', { 'a = [1]' })
  local it = attached()
  equal(it.server_info.name, 'heaplight', 'the name')
  equal(vim.uv.fs_realpath(it.root_dir), vim.uv.fs_realpath(vim.fn.getcwd()), 'the root')
  equal(it.config.cmd[2], 'server', 'the command')
  contains(it.config.cmd[1], '/bin/heaplight', 'the program is the installed one')
  equal(facts().target, TARGET, "the target is the project's")
end)

test('one server for all files', function()
  open('one.py', { 'a = [1]' })
  local first = client().id
  open('two.py', { 'b = [1]' })
  equal(client().id, first, 'the server')
end)

test('facts', function()
  open('facts.py', { 'a = [1, 2]', 'b = a' })
  local b = claim(2, 'b')
  equal({ b.type, b.size, b.refs, b.same_as }, { 'list', 72, 2, { 'a' } }, 'what is claimed of b')
end)

-- Every name that a statement of the tour binds and that something is claimed of has a card, and the card has the
-- claim's figures. Of None there is nothing to say that a type server does not.
test('hover: a card on each name of the tour', function()
  open('tour.py', vim.fn.readfile(TOUR))
  local count, missing = 0, {}
  for _, fact in ipairs(facts().facts) do
    local line = fact.stmt[1]
    local text = vim.fn.getline(line)
    local targets = text:match('^%s*([%w_, ]-)%s*=[^=]') or text:match('^%s*def [%w_]+%((.*)%)') or ''
    local is_bound = fact.path and fact.path:match('^[%w_]+$') and targets:find('%f[%w_]' .. fact.path .. '%f[^%w_]')
    if is_bound and (fact.size or fact.refs) and fact.type ~= 'NoneType' then
      count = count + 1
      go(line, fact.path)
      local shown = card()
      local place = ('line %d, %s'):format(line, fact.path)
      if not shown then
        missing[#missing + 1] = place
      else
        contains(shown:match('[^\n]*'):gsub('\\', ''), fact.path, place .. ': the first line')
        if type(fact.size) == 'number' then
          contains(shown:gsub('(%d),(%d%d%d)', '%1%2'), fact.size .. ' byte', place .. ': the size')
        end
      end
    end
  end
  equal(missing, {}, 'names without a card')
  assert(count > 20, ('the tour has claims of %d names only'):format(count))
end)

test('hover: the float', function()
  open('float.py', { 'a = [1, 2, 3]', 'b = a', 'print(b)' })
  go(2, 'b')
  facts() -- the analysis is done: what comes is the card, not word of it
  vim.lsp.buf.hover()
  local window = wait_for('the float', float)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  local text = table.concat(lines, '\n')
  contains(text, '88 bytes', 'the float')
  contains(text, '2 references', 'the float')
  contains(table.concat(screen(), '\n'), '88 bytes', 'the screen')
  assert(#lines <= 16, ('a card of %d lines'):format(#lines))
  vim.api.nvim_win_close(window, true)
end)

-- Neovim draws a backslash of Markdown as it stands.
test('hover: names are shown as they are written', function()
  open('names.py', { '_a_b_ = [1, 2, 3]', '__c = {"k_e_y*": _a_b_}', 'print(_a_b_, __c)' })
  facts()
  for line, name in ipairs({ '_a_b_', '__c' }) do
    go(line, name)
    vim.lsp.buf.hover()
    local window = wait_for('the float', float)
    local rows = screen()
    local row = vim.api.nvim_win_get_position(window)[1] + 1
    contains(rows[row] .. rows[row + 1], name, 'the top of the float')
    assert(not table.concat(rows, '\n'):find('\\', 1, true), table.concat(rows, '\n'))
    vim.api.nvim_win_close(window, true)
  end
end)

test('hover: none where there is nothing to say', function()
  open('none.py', { 'import sys', '', 'x = [1]', 'if x:', '    pass' })
  for _, at in ipairs({ { 2, 0 }, { 4, 0 }, { 5, 4 } }) do
    vim.api.nvim_win_set_cursor(0, at)
    equal(card(), nil, ('the card at %d:%d'):format(at[1], at[2]))
  end
end)

test('explain: the evidence in a float', function()
  open('explain.py', { 'a = [1, 2]', 'b = a', 'print(b)' })
  go(2, 'b')
  vim.cmd('HeaplightExplain')
  local window = wait_for('the float', float)
  contains(table.concat(screen(), '\n'), 'list of 2, made by `[1, 2]` on line 1', 'the screen')
  vim.api.nvim_win_close(window, true)
end)

test('hints: on the screen, by level', function()
  open('hints.py', { 'a = [1, 2]', 'b = a', 'c = {"k": a}', 'd = c.copy()', 'print(b, d)' })
  vim.cmd('HeaplightHints full')
  wait_for('hints in full', function()
    return hints()[1]
  end)
  local full = hints()
  contains(table.concat(full[1], ' '), '72 B', 'the hint of a')
  for line, labels in pairs(full) do
    for _, label in ipairs(labels) do
      contains(row_of(line), vim.trim(label), 'the screen')
    end
  end

  vim.cmd('HeaplightHints quiet')
  -- No redraw meanwhile: Neovim 0.11 keeps hints that it draws between a refresh and its answer.
  wait_for('fewer hints', function()
    return not hints()[1]
  end)
  contains(row_of(2), 'same object as a', 'the screen')
  contains(row_of(4), 'shares', 'the screen')
  equal(row_of(1), 'a = [1, 2]', 'the screen')

  vim.cmd('HeaplightHints off')
  wait_for('no hints', function()
    return next(hints()) == nil
  end)
  equal(row_of(2), 'b = a', 'the screen')
end)

test('an edit changes the claims of a later line, nothing is saved', function()
  local lines = { 'a = [1, 2]', '', 'b = a' }
  open('edit.py', lines)
  equal(claim(3, 'b').size, 72, 'before')
  vim.api.nvim_buf_set_text(0, 0, 9, 0, 9, { ', 3, 4' })
  equal(claim(3, 'b').size, 88, 'after')
  equal(vim.fn.readfile('edit.py'), lines, 'the file on disk')
  vim.cmd('undo')
  equal(claim(3, 'b').size, 72, 'undone')
end)

test('hover: an edit changes the card of a later line, nothing is saved', function()
  local lines = { 'a = [1, 2]', '', 'b = a', 'print(b)' }
  open('edit_hover.py', lines)
  go(3, 'b')
  contains(card() or '', '72 bytes', 'before')
  type_keys('ggA<C-h>, 3, 4]<Esc>')
  equal(vim.fn.getline(1), 'a = [1, 2, 3, 4]', 'what was typed')
  go(3, 'b')
  contains(card() or '', '88 bytes', 'after')
  equal(vim.fn.readfile('edit_hover.py'), lines, 'the file on disk')
end)

test('a finding and its fix', function()
  open('fix.py', {
    'def note(text, pad=[]):',
    '    pad.append(text)',
    '    return pad',
    '',
    '',
    'monday = note("buy bread")',
    'tuesday = note("call home")',
    'print(monday, tuesday)',
  })
  wait_for('the finding', function()
    return #findings('mutable-default') == 1
  end)
  local found = findings('mutable-default')[1]
  equal(found.lnum, 0, 'its line')
  equal(found.source, 'heaplight', 'its source')

  -- As a user does it: the menu, and the first entry that says what it is about.
  local entries = {}
  local select = vim.ui.select
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      entries[#entries + 1] = options.format_item and options.format_item(item) or tostring(item)
    end
    choose(items[1], 1)
  end
  vim.api.nvim_win_set_cursor(0, { 1, found.col })
  vim.lsp.buf.code_action()
  wait_for('the changed text', function()
    return vim.fn.getline(1):find('pad=None', 1, true)
  end)
  vim.ui.select = select
  assert(#entries > 0, 'there was no menu')
  contains(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'), 'if pad is None:', 'the text')
  wait_for('the end of the finding', function()
    return #findings('mutable-default') == 0
  end)
  in_step('after the fix')
end)

test('the server has the text that the buffer has', function()
  open('sync.py', {
    'größe = ["äöü", "日本", "🐍"]',
    's = "🐍🐍" ; t = [s]',
    'naïve = größe',
    'def f(x):',
    '    y = x.copy()',
    '    return y',
    'z = f(größe)',
  })
  local edits = {
    'ggA ; w = "🐍é" ; v = [w]<Esc>', -- behind multi-byte characters
    'gg0f日rÄ', -- one multi-byte character for another
    '2GI"👩‍👩‍👧"; <Esc>', -- one that is several code points
    '3GyyP', -- a copied line
    '4GJ', -- two lines become one
    'u',
    'GoDONE = [z, "e\204\129"]<Esc>',
    'ggdd',
    '<C-r>',
    'u',
    ':%s/größe/größe2/g<CR>',
    'ggO<Esc>',
    'Go    x = (<Esc>', -- no longer Python
    'A)<Esc>0x0x0x0x',
    ':3,4move 0<CR>',
    ':g/^$/d<CR>',
  }
  local claims = in_step('at first')
  assert(claims > 5, 'too little is claimed for this to mean anything')
  for _, keys in ipairs(edits) do
    type_keys(keys)
    in_step('after ' .. keys)
  end
end)

test('lines that end as on Windows', function()
  open('dos.py', { 'a = ["ä"]\r', 'b = a\r' })
  equal(vim.bo.fileformat, 'dos', 'how the file is read')
  in_step('at first')
  type_keys('ggA ; c = [b]<Esc>ohello = "é" ; d = [hello]<Esc>')
  in_step('after two edits')
end)

test('the target, by command', function()
  open('target.py', { 'a = {"k": 1}' })
  local before = claim(1, 'a').size
  vim.cmd('HeaplightTarget 3.8')
  wait_for('the target', function()
    return facts().target == '3.8'
  end)
  assert(claim(1, 'a').size ~= before, 'a dict of one key has another size in 3.8')

  local said = {}
  local notify = vim.notify
  vim.notify = function(text)
    said[#said + 1] = text
  end
  vim.cmd('HeaplightTarget')
  wait_for('word of the target', function()
    return #said > 0
  end)
  vim.cmd('HeaplightTarget 2.7')
  wait_for('word of a wrong target', function()
    return #said > 1
  end)
  vim.notify = notify
  equal(said[1], 'heaplight: CPython 3.8', 'the target')
  contains(said[2], '2.7', 'what is said of a wrong target')

  vim.cmd('HeaplightTarget project')
  wait_for('the target', function()
    return facts().target == TARGET
  end)
  equal(claim(1, 'a').size, before, 'the size')
end)

test('restart: another server, what was chosen still holds', function()
  open('restart.py', { 'a = [1]' })
  vim.cmd('HeaplightTarget 3.9')
  wait_for('the target', function()
    return facts().target == '3.9'
  end)
  local old = client()
  vim.cmd('HeaplightRestart')
  local new = wait_for('another server', function()
    local it = client()
    return it and it.id ~= old.id and it.initialized and it
  end)
  assert(old:is_stopped(), 'the old one is still there')
  wait_for('the target', function()
    return facts().target == '3.9'
  end)
  vim.cmd('HeaplightTarget project')
  wait_for('the target', function()
    return facts().target == TARGET
  end)
  equal(#vim.lsp.get_clients({ name = 'heaplight' }), 1, 'servers')
  equal(client().id, new.id, 'the server')
end)

test('settings of the editor are stronger than the project', function()
  open('settings.py', { 'a = [1]' })
  local it = attached()
  it.settings = { heaplight = { target = '3.10' } }
  it:notify('workspace/didChangeConfiguration', { settings = it.settings })
  wait_for('the target', function()
    return facts().target == '3.10'
  end)
  it.settings = { heaplight = vim.empty_dict() }
  it:notify('workspace/didChangeConfiguration', { settings = it.settings })
  wait_for('the target', function()
    return facts().target == TARGET
  end)
end)

test('checkhealth', function()
  open('health.py', { 'a = [1]' })
  vim.cmd('checkhealth heaplight')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('bwipeout')
  for _, part in ipairs({ 'heaplight 0.', 'Enabled', '1 buffer(s)' }) do
    contains(report:gsub('%d+ buffer%(s%)', '1 buffer(s)'), part, 'the report')
  end
  assert(not report:find('ERROR', 1, true) and not report:find('WARNING', 1, true), report)
end)

test('help', function()
  vim.cmd('help :HeaplightTarget')
  contains(vim.api.nvim_get_current_line(), ':HeaplightTarget', 'the page')
  vim.cmd('helpclose')
end)

test('no word of trouble, and a clean end', function()
  open('end.py', { 'a = [1]' })
  local it = attached()
  it:stop()
  wait_for('the end of the server', function()
    return it:is_stopped()
  end)
  equal(vim.v.errmsg, '', "Neovim's last error")
end)

-- --- running them -----------------------------------------------------------------------------------------------------

vim.o.more, vim.o.swapfile, vim.o.report = false, false, 9999
-- Without a screen floats are not drawn. Neovim is its own: what is drawn on it comes back and is dropped.
local channel = vim.fn.sockconnect('pipe', vim.v.servername, { rpc = true })
vim.rpcnotify(channel, 'nvim_ui_attach', 120, 40, { rgb = true })
wait_for('the screen', function()
  return #vim.api.nvim_list_uis() == 1
end)
local only, failed, count = os.getenv('HEAPLIGHT_ONLY'), 0, 0
for _, it in ipairs(tests) do
  if not only or it.name:find(only, 1, true) then
    count = count + 1
    local start = vim.uv.hrtime()
    local fine, why = xpcall(it.body, function(message)
      return tostring(message)
    end)
    failed = failed + (fine and 0 or 1)
    local took = (vim.uv.hrtime() - start) / 1e9
    io.stdout:write(('%s %s (%.1f s)%s\n'):format(fine and 'ok' or 'FAILED', it.name, took, fine and '' or '\n  ' .. why))
    vim.cmd('silent! fclose!')
    vim.cmd('silent! %bwipeout!')
  end
end
io.stdout:write(('%d tests, %d failed\n'):format(count, failed))
vim.cmd(count > 0 and failed == 0 and 'quitall!' or 'cquit! 1')
