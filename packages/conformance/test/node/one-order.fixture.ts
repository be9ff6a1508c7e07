export { mended as default } from '../rules/two-orders.fixture.ts';
