import type { TagTroubleCode } from '../../../protocol/smp/commands/tag.ts';

/** What is said of the citizen's pocket tag: in Danish. */
export const daTag = {
  tag: {
    looking: 'Leder efter brikker; hold den ved apparatet …',
    calling: (name: string, address: string): string => `${name} (${address}) kalder nu: tryk på dens knap …`,
    severals: (names: string): string => `Der er flere brikker; vælg en anden med --tag ADRESSE: ${names}`,
    restarting: 'Apparatet genstarter …',
    fromRestart: 'fra sin genstart',
    paired: (name: string, address: string): string => `Lommebrikken er ${name} (${address}).`,
    later: 'Apparatet genstarter ikke nu, fordi en dosis er undervejs; det gælder, næste gang det starter.',
    forgotten: 'Apparatet har ingen lommebrik mere.',
    none: 'Apparatet har ingen lommebrik.',
    where: {
      near: 'Den kan nås.',
      range: 'Den kan ikke nås: den er et andet sted eller uden strøm.',
      radio: 'Den kan ikke nås: apparatets egen Bluetooth virker ikke.',
    },
    unknownWhere: 'Om den kan nås, er ikke kendt endnu.',
    battery: (percent: number): string => `Dens batteri er på ${percent} %.`,
    name: (name: string): string => (name === '' ? 'brikken' : name),
    troubles: {
      'radio-off':
        'apparatet har ingen Bluetooth, der er tændt; sæt en adapter i, eller tænd den (rfkill unblock bluetooth), og prøv igen.',
      'radio-dead': 'apparatets Bluetooth svarer ikke; genstart den (systemctl restart bluetooth), og prøv igen.',
      'none-seen':
        'der blev ikke set nogen brik; væk den (tryk på dens knap, eller sæt batteriet i på ny), hold den ved apparatet, og prøv igen.',
      'not-found': 'brikken med den adresse blev ikke set; hold den ved apparatet, eller udelad --tag.',
      unfit: 'brikken kan ikke kalde eller har ingen knap, som apparatet kender; vælg en anden.',
      'not-pressed': 'dens knap blev ikke hørt; prøv igen, og tryk, mens den kalder. Kaldte den ikke, er det en anden.',
      lost: 'brikken kom uden for rækkevidde; hold den ved apparatet, og prøv igen.',
      storage: 'apparatet kunne ikke gemme den; se “dosis tech fault”.',
    } satisfies Readonly<Record<TagTroubleCode, string>>,
  },
};
