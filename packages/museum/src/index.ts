/**
 * Historic bugs around movable pages, each as a broken and a repaired twin that differ by the historic fix, and how to play
 * them.
 *
 * @packageDocumentation
 */
export type { Detector } from './detector.js';
export type { DriverTwins, Exhibit, ExhibitFacts, VmTwins } from './exhibit.js';
export { exhibits } from './exhibits/index.js';
export { findExhibit, MuseumError } from './find-exhibit.js';
export { Player } from './play/player.js';
export type { Playing, Searched, Shown } from './play/playing.js';
export {
  MUSEUM_SCHEMA,
  playingsToJson,
  type JsonMuseum,
  type JsonPlaying,
} from './report/playings-to-json.js';
export { renderExhibit } from './report/render-exhibit.js';
export { renderExhibits, renderPlayings } from './report/render-list.js';
export { renderPlaying, type PlayingOptions } from './report/render-playing.js';
