/**
 * The `movable-pages` command, as a function.
 *
 * @packageDocumentation
 */
export type { Api } from './api.js';
export { defineConfig, type Config } from './config.js';
export type { Io } from './io.js';
export { run } from './run.js';
export type { Museum } from './museum-command.js';
