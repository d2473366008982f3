import type { SensorEvent, Sensors } from '../../ports/sensors.ts';

export interface ChoiceSensors {
  /** The board's sensors, and the answers that are pressed on the display. */
  readonly sensors: Sensors;
  /** Tells of a pressed answer. */
  readonly choose: (choice: number) => void;
}

/** Answers on a touch display come in beside whatever the board itself senses. */
export function withChoices(board: Sensors): ChoiceSensors {
  let tell: (event: SensorEvent) => void = () => undefined;
  return {
    choose: (choice) => tell({ type: 'choice.pressed', choice }),
    sensors: {
      listen(listener) {
        tell = listener;
        board.listen(listener);
      },
      power: () => board.power(),
      door: () => board.door(),
      placement: () => board.placement(),
    },
  };
}
