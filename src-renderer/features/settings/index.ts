import { lazy } from 'react'

export { settingsPath } from './sections'

// Fetched with the page that shows them: the paths above are needed at the start, these are not.
export const AddServerDialog = lazy(() => import('./add-server-dialog').then((module) => ({ default: module.AddServerDialog })))
export const ServerRow = lazy(() => import('./server-row').then((module) => ({ default: module.ServerRow })))
