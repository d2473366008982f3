import type { AlarmCode } from '../../protocol/messages/alarm.ts';

export type Language = 'da' | 'en';

/** What an operator reads for each condition. */
export const alarmWords: Readonly<Record<AlarmCode, Readonly<Record<Language, string>>>> = {
  'dose-missed': { da: 'Dosis ikke taget', en: 'Dose missed' },
  'dose-not-taken': { da: 'Dosis ligger stadig i skålen', en: 'Dose still in the cup' },
  'about-to-miss': { da: 'Dosis er ved at blive glemt', en: 'Dose about to be missed' },
  'dose-uncertain': {
    da: 'Dosis uafklaret: find ud af, om den blev taget',
    en: 'Dose uncertain: find out what became of it',
  },
  'mechanism-jam': { da: 'Pose sidder fast: send en tekniker', en: 'Sachet stuck: send a technician' },
  'position-mismatch': {
    da: 'Rullens plads stemmer ikke: send en tekniker',
    en: 'Roll out of place: send a technician',
  },
  'stock-mismatch': { da: 'Forkert pose på rullen', en: 'Wrong sachet on the roll' },
  'time-suspect': { da: 'Apparatets ur er usikkert', en: 'Clock of the device not trusted' },
  'battery-low': { da: 'Lavt batteri', en: 'Battery low' },
  'battery-critical': { da: 'Batteri næsten tomt', en: 'Battery almost empty' },
  'mains-lost': { da: 'Ingen strøm fra stikkontakten', en: 'No mains power' },
  'stock-low': { da: 'Få poser tilbage', en: 'Few sachets left' },
  'stock-empty': { da: 'Ingen poser tilbage', en: 'No sachets left' },
  'bin-full': { da: 'Låst beholder er fuld', en: 'Locked bin full' },
  tamper: { da: 'Forsøg på at bryde ind', en: 'Tampering' },
  'internal-fault': { da: 'Fejl i apparatet', en: 'Fault in the device' },
  'storage-fault': { da: 'Fejl i apparatets lager', en: 'Storage fault in the device' },
};

export const pageWords = {
  da: {
    title: 'Servicecentral',
    other: 'English',
    brokerThere: 'Modtager fra apparaterne',
    brokerGone: 'Ingen forbindelse til MQTT-brokeren: intet modtages',
    alarms: 'Åbne alarmer',
    alarmHeads: ['Haster', 'Hvad', 'Apparat', 'Dosis', 'Siden'],
    received: 'modtaget; apparatets ur er usikkert',
    noAlarms: 'Ingen åbne alarmer',
    devices: 'Apparater',
    deviceHeads: ['Apparat', 'Forbindelse', 'Sidst hørt', 'Alarmer', 'Firmware', 'Indstilling'],
    noDevices: 'Intet apparat har meldt sig endnu',
    online: 'forbundet',
    offline: 'ikke forbundet',
    refused: 'Afviste meddelelser',
    priorities: { high: 'Høj', medium: 'Mellem', low: 'Lav' },
  },
  en: {
    title: 'Service centre',
    other: 'Dansk',
    brokerThere: 'Receiving from the devices',
    brokerGone: 'No connection to the MQTT broker: nothing is received',
    alarms: 'Open alarms',
    alarmHeads: ['Priority', 'What', 'Device', 'Dose', 'Since'],
    received: 'received; the device does not trust its clock',
    noAlarms: 'No open alarms',
    devices: 'Devices',
    deviceHeads: ['Device', 'Connection', 'Last heard', 'Alarms', 'Firmware', 'Settings'],
    noDevices: 'No device has reported yet',
    online: 'online',
    offline: 'offline',
    refused: 'Refused messages',
    priorities: { high: 'High', medium: 'Medium', low: 'Low' },
  },
} as const;
