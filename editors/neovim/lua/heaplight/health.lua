-- :checkhealth heaplight

local M = {}

function M.check()
  local health, heaplight = vim.health, require('heaplight')
  health.start('heaplight')

  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim ' .. tostring(vim.version()) .. ' is too old', 'Use Neovim 0.11 or newer.')
    return
  end

  local config = vim.lsp.config.heaplight
  local cmd = config and config.cmd
  local program = type(cmd) == 'table' and cmd[1] or heaplight.program()
  if type(cmd) == 'function' then
    health.info('The server is started by a function of your own.')
  elseif vim.fn.executable(program) == 0 then
    health.error(('There is no program `%s`'):format(program), {
      'editors/neovim/install in the source builds it, or: cargo install --path .',
      "Or name it: vim.lsp.config('heaplight', { cmd = { '/path/to/heaplight', 'server' } })",
    })
  else
    local done, answer = pcall(function()
      return vim.system({ program, '--version' }, { text = true, timeout = 5000 }):wait()
    end)
    if done and answer.code == 0 then
      health.ok(('%s (%s)'):format(vim.trim(answer.stdout), vim.fn.exepath(program)))
    else
      health.error(('`%s --version` fails'):format(program), done and vim.trim(answer.stderr or '') or tostring(answer))
    end
  end

  if vim.lsp.is_enabled('heaplight') then
    health.ok('Enabled')
  else
    health.warn('Not enabled', "Write vim.lsp.enable('heaplight') in your init.lua.")
  end

  local clients = heaplight.clients()
  if #clients == 0 then
    health.info('No server runs: it starts with the first Python file.')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    health.ok(('Server %d: %d buffer(s), root %s'):format(client.id, buffers, client.root_dir or 'none'))
    for buffer in pairs(client.attached_buffers) do
      if not vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }) then
        health.info(
          ('Inlay hints are not shown in %s; :HeaplightHints quiet shows them, or vim.lsp.inlay_hint.enable() for all servers.'):format(
            vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':t')
          )
        )
      end
    end
  end
end

return M
