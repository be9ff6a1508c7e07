import { listDriver } from '../list-driver.fixture.js';
import { CountingDriver } from './failing.fixture.js';

export const passing = listDriver('counts', CountingDriver);
