export { gatewayPath } from './sections'
