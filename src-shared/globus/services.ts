/** The resource server of Globus Compute, and the scope that opens it (wire/globus.md, section 1). */
export const computeService = { resourceServer: 'funcx_service', scope: 'https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all' } as const
