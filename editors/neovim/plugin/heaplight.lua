-- The commands. Starting the server is the user's word: vim.lsp.enable('heaplight').

if vim.g.loaded_heaplight or vim.fn.has('nvim-0.11') == 0 then
  return
end
vim.g.loaded_heaplight = true

local function among(words)
  return function(typed)
    return vim.tbl_filter(function(word)
      return vim.startswith(word, typed)
    end, words)
  end
end

vim.api.nvim_create_user_command('HeaplightHints', function(command)
  require('heaplight').set_hints(command.args)
end, {
  nargs = 1,
  desc = 'Set how much inlay hints say: off, quiet or full',
  complete = function(typed)
    return among(require('heaplight').LEVELS)(typed)
  end,
})

vim.api.nvim_create_user_command('HeaplightTarget', function(command)
  require('heaplight').set_target(command.args)
end, {
  nargs = '?',
  desc = 'Set the CPython that is spoken of: 3.13, or project; with nothing, say which it is',
  complete = function(typed)
    return among(vim.list_extend({ 'project' }, require('heaplight').TARGETS))(typed)
  end,
})

vim.api.nvim_create_user_command('HeaplightExplain', function()
  require('heaplight').explain()
end, { desc = 'Show the evidence for what is claimed at the cursor' })

vim.api.nvim_create_user_command('HeaplightRestart', function()
  require('heaplight').restart()
end, { desc = 'Start the server anew' })

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('heaplight', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'heaplight' then
      require('heaplight').attached(client, event.buf)
    end
  end,
})
