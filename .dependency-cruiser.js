// The design's table "from | may import", one row a rule: what a row does not name is forbidden.
import { builtinModules } from 'node:module';

const npm = (...names) => names.map((name) => `(^|/)node_modules/${name}/`);
const anyPackage = '(^|/)node_modules/';
const node = `^(node:)?(${builtinModules.join('|')})$`;

/** A row of the table. `except` takes files out of `from` that have a row of their own. */
const row = (name, from, { except = [], may, comment }) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, ...(except.length > 0 && { pathNot: except }) },
  to: { pathNot: may },
});

/** The rooms of the firmware, and which of the others each may take from: no two of them need each other. */
const firmwareRooms = {
  domain: [],
  machine: ['domain'],
  ledger: ['domain'],
  link: ['domain', 'ledger', 'machine'],
  host: ['domain', 'ledger', 'link', 'machine'],
  trace: ['domain', 'host', 'ledger', 'link', 'machine'],
  update: [],
  air: ['domain', 'host', 'update'],
  service: ['domain', 'machine', 'update'],
  vault: [],
  recovery: ['domain', 'machine', 'service', 'update', 'vault'],
  unit: ['air', 'domain', 'host', 'ledger', 'link', 'machine', 'service', 'trace', 'update', 'vault'],
};

/** The rooms of the tools, likewise. What several of them need lies where all may take it. */
const toolRooms = {
  program: [],
  technician: ['program'],
  centre: [],
  image: ['program'],
  loader: ['image', 'program'],
  fleet: ['centre', 'program'],
  bench: ['centre', 'fleet', 'program'],
  cli: ['bench', 'centre', 'fleet', 'image', 'program', 'technician'],
};

/** Two rules a house: each room takes from those that it names, and a new one names them. */
const roomsOf = (house, taken) => [
  ...Object.entries(taken).map(([name, others]) => ({
    name: `${house}/${name}`,
    severity: 'error',
    comment: `${house}/${name} takes from ${others.join(', ') || 'no other room'} of ${house}.`,
    from: { path: `^${house}/${name}/` },
    to: { path: `^${house}/[^/]+/`, pathNot: `^${house}/(${[name, ...others].join('|')})/` },
  })),
  row(`${house}-known`, `^${house}/(?!(${Object.keys(taken).join('|')})/)[^/]+/`, {
    comment: `A new room of ${house} gets a line of its own among the rooms, saying what it takes from the others.`,
    may: ['^$'],
  }),
];

const adapter = (folder, ...libraries) =>
  row(`hal-${folder}`, `^hal/${folder}/`, {
    comment: `An adapter imports the ports, what is shared (signals, yaml), its own library (${libraries.join(', ') || 'none'}) and Node.`,
    may: [`^hal/${folder}/`, '^hal/(ports|signals|yaml)/', ...npm(...libraries), node],
  });

export default {
  forbidden: [
    row('protocol', '^protocol/', {
      comment: 'protocol is a leaf: cbor-x and the schema library only.',
      except: ['^protocol/generate\\.ts$'],
      may: ['^protocol/', ...npm('cbor-x', 'valibot')],
    }),
    row('protocol-generate', '^protocol/generate\\.ts$', {
      comment: 'The generator reads the schemas and writes files; it never ships.',
      may: ['^protocol/', ...npm('valibot', '@valibot/to-json-schema'), '^(node:)?(fs|path|url|process)(/promises)?$'],
    }),
    row('hal-ports', '^hal/ports/', { comment: 'A port imports nothing.', may: ['^$'] }),
    row('firmware', '^firmware/', {
      comment:
        'firmware imports the ports, protocol, xstate, temporal and a pure hash; it never reaches Node or an adapter.',
      except: ['^firmware/(main|generate)\\.ts$'],
      may: [
        '^firmware/(?!(main|generate)\\.ts$)',
        '^hal/ports/',
        '^protocol/',
        ...npm('xstate', 'temporal-polyfill', '@noble/hashes'),
      ],
    }),
    ...roomsOf('firmware', firmwareRooms),
    row('firmware-generate', '^firmware/generate\\.ts$', {
      comment: 'The generator reads the chart and writes pages; it never ships.',
      may: ['^firmware/machine/', '^(node:)?fs$'],
    }),
    row('firmware-main', '^firmware/main\\.ts$', {
      comment: 'The composition on a board: it alone joins firmware to adapters.',
      may: ['^firmware/', '^hal/', '^protocol/', node],
    }),
    adapter('sqlite', 'better-sqlite3', '@types/better-sqlite3'),
    adapter(
      'linux',
      'mqtt',
      'modern-tar',
      '@serialport/stream',
      '@serialport/bindings-cpp',
      '@serialport/bindings-interface',
    ),
    adapter('crypto'),
    adapter('ble', 'node-ble', 'dbus-next'),
    adapter('johnny-five', 'johnny-five', 'firmata-io', 'valibot'),
    row('hal-signals', '^hal/signals/', {
      comment: 'What sounds, as data: one score for every sounder.',
      may: ['^hal/signals/', '^hal/ports/'],
    }),
    row('hal-yaml', '^hal/yaml/', {
      comment: 'The files that people write, with line numbers for what is wrong in them.',
      may: ['^hal/yaml/', ...npm('yaml')],
    }),
    row('hal-known', '^hal/(?!ports/|signals/|yaml/|sqlite/|linux/|crypto/|ble/|johnny-five/)', {
      comment: 'A new adapter gets a row of its own above, naming its library.',
      may: ['^$'],
    }),
    row('sim', '^sim/', {
      comment:
        'sim imports firmware, the ports, store, cryptography, files in YAML and protocol; no other adapter, and never tools.',
      except: ['^sim/panel/web/', '^sim/board/'],
      may: [
        '^sim/(?!panel/web/)',
        '^firmware/(?!(main|generate)\\.ts$)',
        '^hal/ports/',
        '^hal/sqlite/',
        '^hal/crypto/',
        '^hal/yaml/',
        '^protocol/',
        anyPackage,
        node,
      ],
    }),
    row('sim-board', '^sim/board/', {
      comment: 'The emulated board: the real adapter of the electronics on a modelled chip and mechanism.',
      may: [
        '^sim/(board|device|kernel)/',
        '^hal/(ports|johnny-five)/',
        ...npm('avr8js', '@sinonjs/fake-timers', '@types/sinonjs__fake-timers'),
        node,
      ],
    }),
    row('sim-prescription', '^sim/prescription/', {
      comment: 'What was prescribed, as world and oracle both read it: it knows neither of them, nor the firmware.',
      may: ['^sim/prescription/', '^protocol/'],
    }),
    {
      name: 'sim-oracle',
      severity: 'error',
      comment: 'The oracle judges the world; what is judged does not know its judge.',
      from: { path: '^sim/(kernel|device|world)/' },
      to: { path: '^sim/oracle/' },
    },
    row('sim-panel-web', '^sim/panel/web/', {
      comment:
        'The page runs in a browser: its own folder, what it shares with its server, protocol, and its UI library.',
      may: ['^sim/panel/', '^hal/ports/', '^protocol/', ...npm('preact', '@preact/signals')],
    }),
    row('tools-loader', '^tools/loader/', {
      comment: 'The loader joins the rules of an update, and of mending without one, to adapters: it is small.',
      may: ['^tools/', '^firmware/(update|recovery|vault)/', '^hal/', '^protocol/', node],
    }),
    row('tools', '^tools/', {
      comment: 'tools reach firmware only through its main.ts, never the machine.',
      except: ['^tools/loader/'],
      may: [
        '^tools/',
        '^protocol/',
        '^hal/',
        '^sim/(?!panel/web/)',
        '^firmware/main\\.ts$',
        '^package\\.json$',
        anyPackage,
        node,
      ],
    }),
    ...roomsOf('tools', toolRooms),
    {
      name: 'tools-sim',
      severity: 'error',
      comment: 'Only the commands that start the simulator, and the benches, import it; the service centre never does.',
      from: { path: '^tools/[^/]+/', pathNot: '^tools/(cli|bench)/' },
      to: { path: '^sim/' },
    },
    {
      name: 'nobody-test',
      severity: 'error',
      comment: 'Nobody imports test.',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Two files that need each other are one file, or three.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment: 'The import leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      comment: 'What ships may not need a package that only developers have.',
      from: {
        path: '^(protocol|firmware|hal|sim|tools)/',
        pathNot:
          '^(sim/panel/(web/|build\\.ts$)|(protocol|firmware)/generate\\.ts$|firmware/machine/diagram\\.ts$|tools/[^/]+\\.(js|ts)$|tools/cli/ts-node\\.js$|tools/image/bundle-program\\.ts$)',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|sim/panel/static)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
