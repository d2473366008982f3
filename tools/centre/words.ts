import { type AlarmWords, alarmWords } from '../../protocol/alarm-words.ts';
import type { CentreAlarmCode } from './alarms.ts';

export const centreAlarmWords: Readonly<Record<CentreAlarmCode, AlarmWords>> = {
  ...alarmWords,
  'two-ledgers': {
    title: { da: 'To hukommelser under samme navn', en: 'Two ledgers under one name' },
    action: {
      da: 'Ring til borgeren, og spørg, hvilke doser der er taget: noget af det, apparatet melder, mangler her. Find ud af, om to apparater har samme navn, eller om en gammel kopi er lagt tilbage. Send en tekniker, der sætter dem op på ny.',
      en: 'Call the citizen, and ask which doses were taken: some of what the device reports is missing here. Find out whether two devices have one name, or an old copy was put back. Send a technician to set them up anew.',
    },
  },
};

/** What the page itself says. */
export const pageWords = {
  da: {
    title: 'Servicecentral',
    other: 'English',
    brokerThere: 'Modtager fra apparaterne',
    brokerGone: 'Ingen forbindelse til MQTT-brokeren: intet modtages',
    alarms: 'Åbne alarmer',
    alarmHeads: ['Prioritet', 'Hvad', 'Apparat', 'Dosis', 'Siden (apparatets ur)'],
    received: 'modtaget; apparatets ur er usikkert',
    ownClock: 'centralens ur',
    noAlarms: 'Ingen åbne alarmer',
    devices: 'Apparater',
    deviceHeads: ['Apparat', 'Forbindelse', 'Sidst hørt (centralens ur)', 'Alarmer', 'Firmware', 'Indstilling'],
    noDevices: 'Intet apparat har meldt sig endnu',
    online: 'forbundet',
    offline: 'ikke forbundet',
    refused: 'Afviste meddelelser',
    unreadable: 'Meldinger, der ikke kan læses',
    unreadableHeads: ['Hvad', 'Apparat', 'Antal', 'Senest (centralens ur)'],
    unreadableTitle: 'Indholdet er gemt, men ingen kan se, hvad det siger',
    unreadableAction: 'Ring til borgeren, og hør, om alt er i orden. Giv leverandøren besked.',
    stuckTitle: 'Apparatet bliver ved med at sende noget, der ikke kan læses',
    stuckAction: 'Ring til borgeren, og hør, om alt er i orden. Send en tekniker: apparatet kan ikke melde det hele.',
    priorities: { high: 'Høj', medium: 'Mellem', low: 'Lav' },
  },
  en: {
    title: 'Service centre',
    other: 'Dansk',
    brokerThere: 'Receiving from the devices',
    brokerGone: 'No connection to the MQTT broker: nothing is received',
    alarms: 'Open alarms',
    alarmHeads: ['Priority', 'What', 'Device', 'Dose', 'Since (device’s clock)'],
    received: 'received; the device does not trust its clock',
    ownClock: 'centre’s clock',
    noAlarms: 'No open alarms',
    devices: 'Devices',
    deviceHeads: ['Device', 'Connection', 'Last heard (centre’s clock)', 'Alarms', 'Firmware', 'Settings'],
    noDevices: 'No device has reported yet',
    online: 'online',
    offline: 'offline',
    refused: 'Refused messages',
    unreadable: 'Reports that cannot be read',
    unreadableHeads: ['What', 'Device', 'Number', 'Latest (centre’s clock)'],
    unreadableTitle: 'The content is stored, but nobody can see what it says',
    unreadableAction: 'Call the citizen, and ask whether all is well. Tell the supplier.',
    stuckTitle: 'The device goes on sending something that cannot be read',
    stuckAction:
      'Call the citizen, and ask whether all is well. Send a technician: the device cannot report everything.',
    priorities: { high: 'High', medium: 'Medium', low: 'Low' },
  },
} as const;
