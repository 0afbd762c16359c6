-- The configuration that vim.lsp.enable('heaplight') takes. What you set with vim.lsp.config('heaplight', { ... }) goes
-- over it, name by name:
--
--   vim.lsp.config('heaplight', { settings = { heaplight = { target = '3.12', inlayHints = 'full' } } })

---@type vim.lsp.Config
return {
  cmd = { require('heaplight').program(), 'server' },
  filetypes = { 'python' },
  root_markers = { 'heaplight.toml', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'Pipfile', '.git' },
  -- An empty dictionary, where {} would be an empty list.
  settings = { heaplight = vim.empty_dict() },
}
