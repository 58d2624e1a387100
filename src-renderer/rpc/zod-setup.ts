import { z } from 'zod'

// Import this before anything that makes a schema: zod decides then whether it compiles, and the window's CSP forbids eval.
z.config({ jitless: true })
