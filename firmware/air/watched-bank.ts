import type { ImageBank } from '../update/image-bank.ts';

/** The same bank, with a word before everything that somebody changes in it. */
export function watchedBank(bank: ImageBank, touched: () => void): ImageBank {
  const told =
    <A extends unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      touched();
      return act(...args);
    };
  return {
    images: () => bank.images(),
    prepareRestart: () => bank.prepareRestart(),
    begin: told((file) => bank.begin(file)),
    write: told((offset, data) => bank.write(offset, data)),
    test: told((hash) => bank.test(hash)),
    confirm: told((hash) => bank.confirm(hash)),
    erase: told(() => bank.erase()),
  };
}
