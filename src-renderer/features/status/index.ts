export { type StartEstimate, useStartEstimate } from './history/use-start-estimate'
export { statusPath } from './sections'
