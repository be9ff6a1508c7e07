export { otherWayRound as default } from '../rules/two-orders.fixture.ts';
