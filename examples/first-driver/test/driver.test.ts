import { conformance } from '@movable-pages/conformance/vitest';
import driver from '../src/driver.ts';

conformance({ driver });
