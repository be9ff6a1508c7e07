import type { Program } from '@movable-pages/explore';
import { abba } from '../../packages/explore/test/classics/abba.fixture.ts';
import { freeList } from '../../packages/explore/test/classics/aba.fixture.ts';
import { boundedBuffer } from '../../packages/explore/test/classics/bounded-buffer.fixture.ts';
import { dekker } from '../../packages/explore/test/classics/dekker.fixture.ts';
import { doubleChecked } from '../../packages/explore/test/classics/double-checked.fixture.ts';
import { lostWakeUp } from '../../packages/explore/test/classics/lost-wake-up.fixture.ts';
import { peterson } from '../../packages/explore/test/classics/peterson.fixture.ts';
import { philosophers } from '../../packages/explore/test/classics/philosophers.fixture.ts';
import { tornCopy } from '../../packages/explore/test/classics/torn-copy.fixture.ts';

/** One way to write a classic program. */
export interface Variant {
  /** What the program is built with. */
  readonly name: string;
  readonly build: () => Program;
}

/** A classic program of the page `docs/guide/classics.md`. */
export interface Classic {
  readonly title: string;
  readonly about: readonly string[];
  /** The file in `packages/explore/test/classics`, without `.fixture.ts`. */
  readonly file: string;
  readonly wrong: readonly Variant[];
  readonly right: Variant;
}

/** Names the variant and builds it, so that the two cannot differ. */
const variant = <T extends string>(name: T, build: (name: T) => Program): Variant => ({
  name,
  build: () => build(name),
});

/** In the order of the page. */
export const classics: readonly Classic[] = [
  {
    title: "Peterson's algorithm",
    about: [
      'Two threads keep each other out with nothing but loads and stores (G. L. Peterson, 1981). Each says that it wants to go',
      'in, then leaves the turn to the other. If the two stores change places, the other can find nobody who wants to, and both',
      'are inside.',
    ],
    file: 'peterson',
    wrong: [variant('turn, then wants', peterson)],
    right: variant('wants, then turn', peterson),
  },
  {
    title: "Dekker's algorithm",
    about: [
      'The older one (T. J. Dekker, after E. W. Dijkstra, 1965): who sees that both want to go in steps back if it is not its',
      'turn. Who looks before it says what it wants can be looked past in turn.',
    ],
    file: 'dekker',
    wrong: [variant('look first', dekker)],
    right: variant('by turns', dekker),
  },
  {
    title: 'Double-checked initialisation',
    about: [
      'The lock is only taken while the flag says that nobody has initialised the value. So the flag alone must order the',
      'value before its use: it must be atomic and set last. Both mistakes are data races, and a race shows in any schedule',
      'in which the two accesses are not ordered: it needs no preemption.',
    ],
    file: 'double-checked',
    wrong: [variant('flag, then value', doubleChecked), variant('plain flag', doubleChecked)],
    right: variant('value, then flag', doubleChecked),
  },
  {
    title: 'Two locks in two orders',
    about: ['The shortest deadlock there is, called ABBA in the kernel.'],
    file: 'abba',
    wrong: [variant('A B and B A', abba)],
    right: variant('A B and A B', abba),
  },
  {
    title: 'Dining philosophers',
    about: [
      'The same with a longer cycle (E. W. Dijkstra, 1971). One order of all forks, the lower first, breaks it. One preemption',
      'is enough for three: the first is interrupted with a fork in hand, and the others stop by themselves.',
    ],
    file: 'philosophers',
    wrong: [variant('the left fork', philosophers)],
    right: variant('the lower fork', philosophers),
  },
  {
    title: 'A lost wake-up',
    about: [
      'Who looks first and joins the queue afterwards can be woken in between, and then sleeps for ever. `prepare_to_wait` comes',
      'before the look, or it is `wait_event`, which does so.',
    ],
    file: 'lost-wake-up',
    wrong: [variant('look, then join', lostWakeUp)],
    right: variant('join, then look', lostWakeUp),
  },
  {
    title: 'A bounded buffer with a wrong condition',
    about: [
      'Room for one item, two consumers and a producer. A woken consumer must look again, because another one may have been',
      'faster. And if consumers and producers sleep in one queue, a wake-up that is meant for one kind can go to the other,',
      'which looks and goes back to sleep. Both happen without any preemption: threads switch only where they block.',
    ],
    file: 'bounded-buffer',
    wrong: [variant('if for while', boundedBuffer), variant('one queue for both', boundedBuffer)],
    right: variant('right', boundedBuffer),
  },
  {
    title: 'ABA on a free list',
    about: [
      'A stack without locks (R. K. Treiber, 1986), whose nodes are numbers. Between its look at the top and its exchange the top',
      'can go away and come back, with another node behind it: the exchange succeeds, and gives out a node that is in use. A',
      'count beside the index tells the two tops apart.',
    ],
    file: 'aba',
    wrong: [variant('index', freeList)],
    right: variant('index and count', freeList),
  },
  {
    title: 'A copy beside a write',
    about: [
      'What moving a page comes down to: one thread copies, another writes. The words are atomic, so nothing is a data race; the',
      'copy still holds half of the write.',
    ],
    file: 'torn-copy',
    wrong: [variant('nothing', tornCopy)],
    right: variant('a lock', tornCopy),
  },
];
