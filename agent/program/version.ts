/** The agent's version, as heartbeats tell it; the package's own. */
export const version = '0.1.0'
