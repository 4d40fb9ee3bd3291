// What `petitbleu sendmail --help` says.

export const HELP = `Usage: petitbleu sendmail [options] [recipient ...] < mail

Hands a mail to the gateway, as sendmail(8) would: a drop-in for cron, scripts and PHP's mail(); a link to the program
named sendmail does the same. Without the daemon the mail is kept in its spool, and leaves when the daemon is back.

  -t              recipients from To, Cc and Bcc, besides those named here
  -i, -oi         a line with nothing but a dot does not end the mail
  -f, -r ADDRESS  envelope sender; without: the system's user at this machine
  -F NAME         the name in a From field that has to be made
  -bm  -bs        hand over a mail (default); speak SMTP on standard input and output
  -bp  -bi        what waits (as mailq); nothing (as newaliases)
  --              the words behind are recipients
  --data FOLDER   the data folder of the daemon; without: PETITBLEU_SENDMAIL (the folder sendmail within it),
                  /etc/petitbleu/sendmail, /var/lib/petitbleu/sendmail
  --config FILE   its configuration, which says where that folder is (reads more, starts slower)

Other options of sendmail(8) are accepted and have no effect.
Exit codes: 0 accepted, or kept for later; 64 usage; 65 the mail; 67 a recipient; 69 no credit, or not wanted there;
75 try again later; 77 who sends, or what they may.

Example:
  printf 'Subject: 0612345678\\n\\nDisk full\\n' | petitbleu sendmail -f alice@example.fr sms.CODE@localhost
`;
