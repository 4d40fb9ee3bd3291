// Where a number is, as far as its prefix says: the clock that landline hours go by. Takes E.164, gives an IANA zone.
// Countries with several zones that a prefix does not tell apart (+1, +7, +55, +61…) are not in here: the caller's zone
// counts for them. Source: the numbering plans of the countries, the tz database.

/** By digits of E.164 without `+`; the longest prefix wins. */
const ZONES: Readonly<Record<string, string>> = {
  '33': 'Europe/Paris',
  '590': 'America/Guadeloupe',
  '594': 'America/Cayenne',
  '596': 'America/Martinique',
  '262': 'Indian/Reunion',
  '262269': 'Indian/Mayotte',
  '262639': 'Indian/Mayotte',
  '2627093': 'Indian/Mayotte',
  '508': 'America/Miquelon',
  '687': 'Pacific/Noumea',
  '689': 'Pacific/Tahiti',
  '681': 'Pacific/Wallis',

  '212': 'Africa/Casablanca',
  '213': 'Africa/Algiers',
  '216': 'Africa/Tunis',
  '221': 'Africa/Dakar',
  '225': 'Africa/Abidjan',
  '237': 'Africa/Douala',
  '261': 'Indian/Antananarivo',

  '30': 'Europe/Athens',
  '31': 'Europe/Amsterdam',
  '32': 'Europe/Brussels',
  '34': 'Europe/Madrid',
  '34822': 'Atlantic/Canary',
  '34828': 'Atlantic/Canary',
  '34922': 'Atlantic/Canary',
  '34928': 'Atlantic/Canary',
  '351': 'Europe/Lisbon',
  '351292': 'Atlantic/Azores',
  '351295': 'Atlantic/Azores',
  '351296': 'Atlantic/Azores',
  '352': 'Europe/Luxembourg',
  '353': 'Europe/Dublin',
  '358': 'Europe/Helsinki',
  '376': 'Europe/Andorra',
  '377': 'Europe/Monaco',
  '39': 'Europe/Rome',
  '40': 'Europe/Bucharest',
  '41': 'Europe/Zurich',
  '420': 'Europe/Prague',
  '423': 'Europe/Vaduz',
  '43': 'Europe/Vienna',
  '44': 'Europe/London',
  '45': 'Europe/Copenhagen',
  '46': 'Europe/Stockholm',
  '47': 'Europe/Oslo',
  '48': 'Europe/Warsaw',
  '49': 'Europe/Berlin',
};

const LONGEST_PREFIX = Math.max(...Object.keys(ZONES).map((prefix) => prefix.length));

/** The time zone of the recipient; `otherwise` (the account's) where the prefix does not say it. */
export function recipientZone(e164: string, otherwise: string): string {
  const digits = e164.replace(/^\+/, '');
  for (let length = LONGEST_PREFIX; length > 0; length -= 1) {
    const prefix = digits.slice(0, length);
    if (Object.hasOwn(ZONES, prefix)) return ZONES[prefix] ?? otherwise;
  }
  return otherwise;
}
