import { listDriver } from '../list-driver.fixture.js';
import { PoolingDriver } from './pooling-driver.fixture.js';

export const passing = listDriver('pooling', PoolingDriver, ['refuses-isolation']);
