// HTTP providers that are known: for each the keys of a carrier as a person would write them, so that `preset`, an
// address and credentials are enough. A key that is written in the file counts before the preset's.
// Sources: the providers' public documentation; docs/carriers.md says which was tried against what.

type PresetValue = string | number | boolean | readonly string[];
export type Preset = Readonly<Record<string, PresetValue>>;

/** Kannel 1.4.5, `sendsms`. It gives no id and splits an escape sequence, so references and parts are ours. */
const kannel: Preset = {
  query: [
    'username={username}',
    'password={password}',
    'from={sender}',
    'to={to:digits}',
    'text={text}',
    'charset=UTF-8',
    'coding={unicode?2:0}',
    'udh={udh}',
    'mclass={flash?0}',
    'validity={validityMinutes}',
    'dlr-mask={receiptUrl?31}',
    'dlr-url={receiptUrl}?id={reference}&state=%d&reason=%A&to=%p',
  ],
  split: 'udh',
  'answer.code': 'text ^(.{1,60})',
  'answer.outcomes': [
    '202 text ^(0: Accepted|3: Queued) -> accepted',
    '503 -> deferred carrier',
    '403 -> lasting',
    '400 -> refused',
  ],
  'receiptFields.message': 'id',
  'receiptFields.to': 'to',
  'receiptFields.reason': 'reason',
  // 1 delivered, 2 not, 4 queued, 8 taken and 16 refused by the SMSC, 34 expired (2 + 32), 66 unknown (2 + 64).
  'receiptFields.meanings': [
    '1 -> delivered',
    '2|66 -> undelivered',
    '34 -> expired',
    '16 -> refused',
    '4|8 -> pending',
  ],
};

/** The receipts of CM as JSON, or as parameters of the same names. */
const CM_RECEIPTS: Preset = {
  'receiptFields.items': 'messages.msg',
  'receiptFields.id': 'reference',
  'receiptFields.message': 'reference',
  'receiptFields.to': 'to',
  'receiptFields.state': 'status.code',
  'receiptFields.reason': 'status.errorDescription',
  'receiptFields.meanings': ['0 -> pending', '1 -> refused', '2 -> delivered', '3 -> undelivered'],
  'replyFields.from': 'from.number',
  'replyFields.to': 'to.number',
  'replyFields.text': 'message.text',
};

/** CM, `gateway.ashx` by GET: one part of the GSM alphabet. The status says nothing, the text does. */
const cm: Preset = {
  ...CM_RECEIPTS,
  url: 'https://gw.cmtelecom.com/gateway.ashx',
  query: ['producttoken={password}', 'body={text}', 'to={to:00}', 'from={sender}', 'reference={reference}'],
  unicode: false,
  longest: 1,
  'answer.code': 'text Error: (?:ERROR ?)?(.{1,60})',
  'answer.outcomes': [
    '200 text ^\\s*$ -> accepted',
    '200 text ^Error: ERROR ?Unknown -> unknown',
    '200 text ^Error: ERROR.*(account|authentication|token|balance|credit|IP) -> lasting',
    '200 text ^Error: ERROR -> refused',
  ],
};

/** CM, JSON by POST: long texts and Unicode too. */
const cmJson: Preset = {
  ...CM_RECEIPTS,
  url: 'https://gw.messaging.cm.com/v1.0/message',
  headers: ['X-CM-PRODUCTTOKEN: {password}'],
  json: JSON.stringify({
    messages: {
      msg: [
        {
          from: '{sender}',
          to: [{ number: '{to:00}' }],
          body: { type: 'auto', content: '{text}' },
          reference: '{reference}',
          allowedChannels: ['SMS'],
          minimumNumberOfMessageParts: 1,
          maximumNumberOfMessageParts: '={parts}',
        },
      ],
    },
  }),
  longest: 8,
  'answer.code': 'json errorCode',
  'answer.outcomes': [
    '2xx json errorCode is 0 -> accepted',
    '* json errorCode is 101|102|103 -> lasting',
    '* json messages.0.messageErrorCode is 301|302|303|304|305|401|402|403 -> refused',
  ],
};

/** OVHcloud, `http2sms`: `account` is the SMS account, `username` and `password` are those of an SMS user. */
const ovh: Preset = {
  url: 'https://www.ovh.com/cgi-bin/sms/http2sms.cgi',
  query: [
    'account={account}',
    'login={username}',
    'password={password}',
    'from={sender}',
    'to={to:00}',
    'message={text}',
    'smsCoding={unicode?2:1}',
    'class={flash?0}',
    'noStop=1',
    'tag={reference}',
    'contentType=application/json',
  ],
  'answer.id': 'json SmsIds.*',
  'answer.code': 'json status',
  'answer.outcomes': [
    '2xx json status is 100|101 -> accepted',
    '2xx text [Cc]redit.*(not|enough|insuff)|([Nn]ot|[Ii]nsuff).*[Cc]redit -> lasting',
    '2xx json status is 201|202 -> refused',
    '2xx json status is 401 -> lasting',
  ],
  'receiptFields.id': 'id',
  'receiptFields.state': 'ptt',
  'receiptFields.reason': 'description',
  // What the codes mean is not in the public guide: they decide nothing until the operator says so.
  'receiptFields.meanings': [],
};

/** Twilio, Messages resource of 2010-04-01: `username` is the account SID. */
const twilio: Preset = {
  url: 'https://api.twilio.com/2010-04-01/Accounts/{username}/Messages.json',
  auth: 'basic',
  form: [
    'To={to}',
    'From={sender}',
    'Body={text}',
    'ValidityPeriod={validitySeconds:max36000}',
    'StatusCallback={receiptUrl}',
  ],
  'answer.id': 'json sid',
  'answer.code': 'json code',
  'answer.outcomes': ['2xx -> accepted', '400 json code is 21611 -> deferred carrier'],
  'receiptFields.id': 'MessageSid',
  'receiptFields.state': 'MessageStatus',
  'receiptFields.reason': 'ErrorCode',
  'receiptFields.to': 'To',
  'receiptFields.meanings': [
    'delivered|read -> delivered',
    'undelivered -> undelivered',
    'failed|canceled -> refused',
    'accepted|queued|scheduled|sending|sent -> pending',
  ],
  'replyFields.from': 'From',
  'replyFields.to': 'To',
  'replyFields.text': 'Body',
  'callbacks.answerText': '<Response/>',
  'callbacks.answerType': 'text/xml',
};

/** Vonage (Nexmo) SMS API: `username` is the key, `password` the secret. One id for each part. */
const vonage: Preset = {
  url: 'https://rest.nexmo.com/sms/json',
  form: [
    'api_key={username}',
    'api_secret={password}',
    'from={sender}',
    'to={to:digits}',
    'text={text}',
    'type={unicode?unicode:text}',
    'message-class={flash?0}',
    'ttl={validityMs:max604800000}',
    'status-report-req={receiptUrl?1}',
    'callback={receiptUrl}',
    'client-ref={reference}',
  ],
  'answer.id': 'json messages.*.message-id',
  'answer.code': 'json messages.0.status',
  'answer.outcomes': [
    '2xx json messages.*.status is 0 -> accepted',
    '2xx json messages.0.status is 1|10 -> deferred carrier',
    '2xx json messages.0.status is 4|8|9|11|14|32 -> lasting',
    '2xx json messages.0.status is 2|3|6|7|12|15|22|23|29|33 -> refused',
  ],
  'receiptFields.id': 'messageId',
  'receiptFields.state': 'status',
  'receiptFields.reason': 'err-code',
  'receiptFields.to': 'msisdn',
  'receiptFields.meanings': [
    'delivered -> delivered',
    'expired -> expired',
    'failed|unknown -> undelivered',
    'rejected -> refused',
    'accepted|buffered -> pending',
  ],
  'replyFields.from': 'msisdn',
  'replyFields.to': 'to',
  'replyFields.text': 'text',
};

/** smsmode, HTTP 1.6: `password` is the access token. Text in ISO-8859-15; Unicode by class 9 in UTF-8. */
const smsmode: Preset = {
  url: 'https://api.smsmode.com/http/1.6/sendSMS.do',
  form: [
    'accessToken={password}',
    'message={text}',
    'numero={to:digits}',
    'emetteur={sender}',
    'classe_msg={unicode?9:2}',
    'nbr_msg={parts}',
    'refClient={reference}',
    'notification_url={receiptUrl}',
  ],
  charset: 'iso-8859-15',
  longest: 5,
  'answer.id': 'text ^0 *\\|[^|]*\\| *(\\S+)',
  'answer.code': 'text ^(\\d+)',
  'answer.outcomes': [
    '2xx text ^0 *\\| -> accepted',
    '2xx text ^(32|33) *\\| -> lasting',
    '2xx text ^50 *\\| -> deferred carrier',
    '2xx text ^(35|41) *\\| -> refused',
  ],
  'receiptFields.id': 'smsID',
  'receiptFields.state': 'statut',
  'receiptFields.reason': 'statut',
  'receiptFields.to': 'numero',
  'receiptFields.message': 'refClient',
  'receiptFields.meanings': [
    '11|100|101 -> delivered',
    '37 -> expired',
    '22|33|3998|3999 -> refused',
    '2|21|34|35|36|38|39|40|50|3521|3522|3523|3524|3525|3526|3527|3560|3599 -> undelivered',
    '0|1|10|12|13|14|15|3501|3502|3503|3504 -> pending',
  ],
  'replyFields.from': 'emetteur',
  'replyFields.to': 'numero',
  'replyFields.text': 'message',
  'replyFields.message': 'refClient',
};

export const HTTP_PRESETS = { kannel, cm, 'cm-json': cmJson, ovh, twilio, vonage, smsmode };
