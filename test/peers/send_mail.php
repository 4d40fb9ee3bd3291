<?php
// PHP's mail(), as web applications call it: php send_mail.php FROM TO SUBJECT BODY
[, $from, $to, $subject, $body] = $argv;
$encoded = preg_match('/^[ -~]*$/', $subject) ? $subject : '=?utf-8?B?' . base64_encode($subject) . '?=';
$headers = [
    'From' => $from,
    'MIME-Version' => '1.0',
    'Content-Type' => 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding' => '8bit',
];
exit(mail($to, $encoded, $body, $headers) ? 0 : 1);
