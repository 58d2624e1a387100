export { AddServerDialog } from './add-server-dialog'
export { settingsPath } from './sections'
export { ServerRow } from './server-row'
