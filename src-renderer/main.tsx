import '@renderer/rpc/zod-setup'
import { problemOf } from '@renderer/ui/problem'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ErrorBoundary } from 'react-error-boundary'
import { App } from './app/app'
import { FailedStart } from './app/failed-start'
import { openWindow } from './app/open-window'
import './app/theme.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id root.')
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary fallbackRender={({ error }) => <FailedStart problem={problemOf(error)} />}>
      <App opened={openWindow()} />
    </ErrorBoundary>
  </StrictMode>,
)
