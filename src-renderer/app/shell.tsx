import { usePreferences } from '@renderer/db'
import { accountsPath, createSignInFlow, SignInBanner, SignInContext, SignInDialog } from '@renderer/features/accounts'
import { BatchToasts, DropZone, useStaysAwake } from '@renderer/features/batches'
import { useCore } from '@renderer/rpc'
import { tell } from '@renderer/ui/tell'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { toast } from 'sonner'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { AlertToasts } from './alert-toasts'
import { Banners } from './banners'
import { CommandPalette } from './command-palette'
import { FailedPage } from './failed-page'
import { MainNav } from './main-nav'
import { fetchPages, pages, WelcomePage } from './pages'
import { ShortcutsSheet } from './shortcuts-sheet'
import { useFrameTheme } from './use-frame-theme'
import { useShortcuts } from './use-shortcuts'

export function Shell() {
  useFrameTheme()
  useStaysAwake()
  useEffect(() => {
    const id = requestIdleCallback(() => void fetchPages())
    return () => cancelIdleCallback(id)
  }, [])
  const [location, navigate] = useLocation()
  const core = useCore()
  const [signIn] = useState(() =>
    createSignInFlow({ client: core.client, core: core.state, onDone: ({ name, username }) => toast(`You are signed in as ${username || name}`), onError: tell }),
  )
  const [open, setOpen] = useState<'palette' | 'shortcuts'>()
  const close = useCallback(() => setOpen(undefined), [])
  useShortcuts(
    useMemo(
      () => ({
        palette: () => setOpen((now) => (now === 'palette' ? undefined : 'palette')),
        shortcuts: () => setOpen('shortcuts'),
        newChat: () => navigate('/chat'),
        batches: () => navigate('/batches'),
        status: () => navigate('/status'),
        gateway: () => navigate('/gateway'),
        accounts: () => navigate(accountsPath),
        settings: () => navigate('/settings'),
      }),
      [navigate],
    ),
  )
  return (
    <SignInContext value={signIn}>
      <div className="flex h-full flex-col">
        <a
          href="#main"
          onClick={(event) => {
            event.preventDefault()
            document.getElementById('main')?.focus()
          }}
          className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
          Skip to content
        </a>
        <Banners />
        <SignInBanner />
        <AlertToasts />
        <BatchToasts />
        <DropZone />
        <div className="flex min-h-0 flex-1">
          <MainNav />
          <ErrorBoundary FallbackComponent={FailedPage} resetKeys={[location]}>
            <Switch>
              {pages.map(({ path, Page }) => (
                <Route key={path} path={`${path}/*?`}>
                  <Page />
                </Route>
              ))}
              <Route path="/welcome">
                <WelcomePage />
              </Route>
              <Route>
                <Home />
              </Route>
            </Switch>
          </ErrorBoundary>
        </div>
        <CommandPalette isOpen={open === 'palette'} onClose={close} onShortcuts={() => setOpen('shortcuts')} />
        <ShortcutsSheet isOpen={open === 'shortcuts'} onClose={close} />
        <SignInDialog />
      </div>
    </SignInContext>
  )
}

/** Where a start leads: the first minute, or the chat that was open last. */
function Home() {
  const { isLoaded, isWelcomeDone, lastConversationId } = usePreferences()
  if (!isLoaded) return <main id="main" tabIndex={-1} className="flex-1" />
  if (!isWelcomeDone) return <Redirect to="/welcome" replace />
  return <Redirect to={lastConversationId === null ? '/chat' : `/chat/${lastConversationId}`} replace />
}
