#!/usr/bin/perl
# An SMSC made with Net::SMPP, for one client at a time. Use: smsc.pl PORT FIRST_ID
# Answers with hexadecimal ids and writes decimal ones into its receipts. What it does with a number hangs on its end:
#   006  throttled the first time        008  taken, then the connection is dropped without an answer
#   021  answers STOP after the receipt  anything else  accepted and delivered
# Says what happens, one line each: `bind MODE`, `submit TO ID`, `throttled TO`, `answered receipt|reply STATUS`, `unbind`.

use strict;
use warnings;
use Net::SMPP;

my ( $port, $next_id ) = @ARGV;
$| = 1;
my $listener = Net::SMPP->new_listen( '127.0.0.1', port => $port, smpp_version => 0x34, timeout => undef )
  or die "no listener on $port: $!";
print "listening\n";
my %throttled;
my @again;    # deliveries that were put off or never answered: for the next bind, as a real SMSC does

while (1) {
    my $link = $listener->accept or next;
    $link->set_version(0x34);
    serve($link);
    close $link;
}

sub serve {
    my ($link) = @_;
    my %asked;    # what each delivery was, by sequence number, until it is answered
    while ( my $pdu = $link->read_pdu ) {
        my $seq = $pdu->{seq};
        if ( $pdu->{cmd} == 0x09 ) {
            $link->bind_transceiver_resp( system_id => 'perl', seq => $seq );
            print "bind transceiver\n";
            deliver( $link, \%asked, @$_ ) for splice @again;
        }
        elsif ( $pdu->{cmd} == 0x15 ) { $link->enquire_link_resp( seq => $seq ) }
        elsif ( $pdu->{cmd} == 0x06 ) {
            $link->unbind_resp( seq => $seq );
            print "unbind\n";
            last;
        }
        elsif ( $pdu->{cmd} == 0x80000005 ) {
            my $delivery = delete $asked{$seq};
            print "answered $delivery->[0] $pdu->{status}\n";
            push @again, $delivery if $pdu->{status};
        }
        elsif ( $pdu->{cmd} == 0x04 ) { submit( $link, $pdu, \%asked ) or last }
        else { print "unexpected $pdu->{cmd}\n" }
    }
    push @again, values %asked;
}

# False: the connection is to be dropped.
sub submit {
    my ( $link, $pdu, $asked ) = @_;
    my $to = $pdu->{destination_addr};
    if ( $to =~ /006$/ and not $throttled{$to}++ ) {
        $link->submit_sm_resp( message_id => '', status => 0x58, seq => $pdu->{seq} );
        print "throttled $to\n";
        return 1;
    }
    my $id = $next_id++;
    printf "submit %s %08x %s\n", $to, $id, unpack 'H*', $pdu->{short_message};
    return 0 if $to =~ /008$/;
    $link->submit_sm_resp( message_id => sprintf( '%08x', $id ), seq => $pdu->{seq} );
    my $receipt = sprintf 'id:%010d sub:001 dlvrd:001 submit date:2601150900 done date:2601150901 stat:DELIVRD err:000 text:',
      $id;
    deliver( $link, $asked, 'receipt', $to, 0x04, $receipt );
    deliver( $link, $asked, 'reply', $to, 0x00, 'STOP' ) if $to =~ /021$/;
    return 1;
}

sub deliver {
    my ( $link, $asked, $kind, $from, $esm_class, $text ) = @_;
    my $seq = $link->deliver_sm(
        async            => 1,
        source_addr_ton  => 1,
        source_addr_npi  => 1,
        source_addr      => $from,
        dest_addr_ton    => 3,
        dest_addr_npi    => 0,
        destination_addr => '36111',
        esm_class        => $esm_class,
        short_message    => $text,
    );
    $asked->{$seq} = [ $kind, $from, $esm_class, $text ];
}
