// Runs before the first paint, so that the window never flashes in the wrong theme; ui/appearance.ts writes what is read here.
;(() => {
  let kept = {}
  try {
    kept = JSON.parse(localStorage.getItem('first.appearance') ?? '{}')
  } catch {
    kept = {}
  }
  const isDark = kept.theme === 'dark' || (kept.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  document.documentElement.dataset.size = kept.size ?? 'medium'
})()
