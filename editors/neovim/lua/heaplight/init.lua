-- What the commands do. Nothing has to be set up: vim.lsp.enable('heaplight') starts the server.

local M = {}

M.LEVELS = { 'off', 'quiet', 'full' }
M.TARGETS = { '3.15', '3.14', '3.13', '3.12', '3.11', '3.10', '3.9', '3.8' }

-- What was chosen by command. It holds until Neovim ends, so a new server is told of it, too.
local chosen = { level = nil, target = nil }

local function say(text, level)
  vim.notify('heaplight: ' .. text, level or vim.log.levels.INFO)
end

--- The plugin's own folder.
local function home()
  local file = vim.fs.normalize(debug.getinfo(1, 'S').source:sub(2))
  return vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(file)))
end

--- The server: the one that was installed with the plugin, else the one on PATH.
function M.program()
  local own = home() .. '/bin/heaplight' .. (vim.fn.has('win32') == 1 and '.exe' or '')
  return vim.fn.executable(own) == 1 and own or 'heaplight'
end

--- The clients that run, or those of one buffer.
function M.clients(buffer)
  return vim.lsp.get_clients({ name = 'heaplight', bufnr = buffer })
end

-- Runs a command of the server in every client.
local function tell(name, argument)
  for _, client in ipairs(M.clients()) do
    local command = { title = name, command = 'heaplight.server.' .. name, arguments = { argument } }
    client:exec_cmd(command, nil, function(failure)
      if failure then
        say(failure.message, vim.log.levels.ERROR)
      end
    end)
  end
end

local function show_hints(buffer)
  if chosen.level and chosen.level ~= 'off' and not vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }) then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
end

--- Sets how much inlay hints say, and shows them where Neovim does not yet.
function M.set_hints(level)
  if not vim.list_contains(M.LEVELS, level) then
    say(('the level is one of %s, not %s'):format(table.concat(M.LEVELS, ', '), level), vim.log.levels.ERROR)
    return
  end
  chosen.level = level
  tell('setInlayHints', level)
  for _, client in ipairs(M.clients()) do
    for buffer in pairs(client.attached_buffers) do
      show_hints(buffer)
    end
  end
end

--- Sets the CPython that is spoken of; 'project' for what the project says; nothing to be told which it is.
function M.set_target(target)
  if target ~= '' then
    chosen.target = target ~= 'project' and target or vim.NIL
    tell('setTarget', chosen.target)
    return
  end
  local buffer = vim.api.nvim_get_current_buf()
  local client = M.clients(buffer)[1]
  if not client then
    say('not attached to this buffer', vim.log.levels.WARN)
    return
  end
  local start = { line = 0, character = 0 }
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, range = { start = start, ['end'] = start } }
  client:request('heaplight/facts', params, function(failure, answer)
    if failure then
      say(failure.message, vim.log.levels.ERROR)
    else
      say('CPython ' .. answer.target)
    end
  end, buffer)
end

--- Shows the evidence for what is claimed at the cursor.
function M.explain()
  local buffer = vim.api.nvim_get_current_buf()
  local client = M.clients(buffer)[1]
  if not client then
    say('not attached to this buffer', vim.log.levels.WARN)
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  client:request('heaplight/explain', params, function(failure, answer)
    if failure then
      say(failure.message, vim.log.levels.ERROR)
    elseif not answer or answer == vim.NIL then
      say('there is nothing to explain here')
    else
      local lines = vim.tbl_map(function(step)
        return step.text
      end, answer.steps)
      vim.lsp.util.open_floating_preview(lines, '', { focus_id = 'heaplight', max_width = 100 })
    end
  end, buffer)
end

--- A server that has just been attached to `buffer` learns what was chosen by command.
function M.attached(client, buffer)
  show_hints(buffer)
  if client.heaplight_knows then
    return
  end
  client.heaplight_knows = true
  if chosen.level then
    tell('setInlayHints', chosen.level)
  end
  if chosen.target then
    tell('setTarget', chosen.target)
  end
end

--- Starts the server anew, for every buffer that it was attached to.
function M.restart()
  local old = {}
  for _, client in ipairs(M.clients()) do
    old[#old + 1] = { client = client, buffers = vim.tbl_keys(client.attached_buffers) }
  end
  local is_enabled = vim.lsp.is_enabled('heaplight')
  if #old == 0 and not is_enabled then
    say("not enabled: vim.lsp.enable('heaplight')", vim.log.levels.WARN)
    return
  end
  vim.lsp.enable('heaplight', false)
  for _, it in ipairs(old) do
    it.client:stop()
  end

  local patience = 50 -- turns of 100 ms
  local function start()
    local is_gone = true
    for _, it in ipairs(old) do
      is_gone = is_gone and it.client:is_stopped()
    end
    patience = patience - 1
    if not is_gone then
      if patience == 0 then
        for _, it in ipairs(old) do
          it.client:stop(true)
        end
      end
      vim.defer_fn(start, 100)
    elseif is_enabled then
      vim.lsp.enable('heaplight', true)
    else
      -- It was started in another way: by vim.lsp.start().
      for _, it in ipairs(old) do
        for _, buffer in ipairs(vim.tbl_filter(vim.api.nvim_buf_is_loaded, it.buffers)) do
          vim.lsp.start(it.client.config, { bufnr = buffer })
        end
      end
    end
  end
  start()
end

return M
