export { settingsPath } from './sections'
