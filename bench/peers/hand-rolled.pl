# What people hand-roll: a script that Postfix's pipe(8) starts for each mail, with the mail on its standard input. Takes
# the mail apart, reads the numbers of the subject, and writes order and messages into SQLite in one transaction.
# Exit code 75 (EX_TEMPFAIL): Postfix keeps the mail and comes again.
use strict;
use warnings;
use DBI;
use MIME::Parser;

my ($file) = @ARGV;
my $parser = MIME::Parser->new;
$parser->output_to_core(1);
$parser->tmp_to_core(1);
my $mail = $parser->parse(\*STDIN);
my ($part) = grep { $_->effective_type eq 'text/plain' } $mail->parts ? $mail->parts_DFS : ($mail);
my $text = $part ? $part->bodyhandle->as_string : '';
$text =~ s/\r?\n-- \r?\n.*//s;
my $subject = $mail->head->get('Subject') // '';
chomp $subject;
my (undef, $numbers) = split /:/, $subject, 2;

my $done = eval {
    my $db = DBI->connect("dbi:SQLite:dbname=$file", '', '', { RaiseError => 1, PrintError => 0, AutoCommit => 1 });
    $db->sqlite_busy_timeout(60_000);
    $db->do('BEGIN IMMEDIATE');
    $db->do('INSERT INTO orders (message_id, text) VALUES (?, ?)', undef, $mail->head->get('Message-ID'), $text);
    my $order = $db->sqlite_last_insert_rowid;
    $db->do('INSERT INTO messages (order_id, number) VALUES (?, ?)', undef, $order, $_) for split /-/, $numbers // '';
    $db->do('COMMIT');
    1;
};
exit($done ? 0 : 75);
