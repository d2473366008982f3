import type { BusInterface } from './objects.ts';

/** What D-Bus asks of every object (D-Bus Specification, Standard Interfaces); dbus-next reads signatures from here only. */
const standard = `<interface name="org.freedesktop.DBus.Introspectable"><method name="Introspect"><arg type="s" direction="out"/></method></interface>
<interface name="org.freedesktop.DBus.Properties"><method name="Get"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/></method><method name="GetAll"><arg type="s" direction="in"/><arg type="a{sv}" direction="out"/></method><method name="Set"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="in"/></method><signal name="PropertiesChanged"><arg type="s"/><arg type="a{sv}"/><arg type="as"/></signal></interface>`;

/** The description of an object as XML. `children`: the next part of the path of each object below it. */
export function introspectionOf(interfaces: readonly BusInterface[], children: Iterable<string>): string {
  const nodes = [...children].map((name) => `<node name="${name}"/>`);
  return `<node>${interfaces.length > 0 ? standard : ''}${interfaces.map(describe).join('')}${nodes.join('')}</node>`;
}

function describe({ name, methods = {}, properties = {}, signals = {} }: BusInterface): string {
  const members = [
    ...Object.entries(methods).map(
      ([method, { takes = '', gives = '' }]) =>
        `<method name="${method}">${args(takes, ' direction="in"')}${args(gives, ' direction="out"')}</method>`,
    ),
    ...Object.entries(properties).map(
      ([property, { type, set }]) =>
        `<property name="${property}" type="${type}" access="${set === undefined ? 'read' : 'readwrite'}"/>`,
    ),
    ...Object.entries(signals).map(([signal, types]) => `<signal name="${signal}">${args(types, '')}</signal>`),
  ];
  return `<interface name="${name}">${members.join('')}</interface>`;
}

/** `types`: complete types, with a space between. */
function args(types: string, direction: string): string {
  return types
    .split(' ')
    .filter((type) => type !== '')
    .map((type) => `<arg type="${type}"${direction}/>`)
    .join('');
}
