// @peculiar/x509 finds its own parts by a container that asks `Reflect` for the parameter types of classes (the package
// reflect-metadata). None of its parts has parameters, so the answer is always that nothing is known.
const answers = { getMetadata: () => undefined, getOwnMetadata: () => undefined };
for (const [name, value] of Object.entries(answers)) {
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value, configurable: true, writable: true });
}
