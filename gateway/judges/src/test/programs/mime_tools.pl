# Reads messages with MIME-tools, which amavisd, MIMEDefang and Request Tracker use.
use strict;
use warnings;
use MIME::Base64 qw(encode_base64);
use MIME::Parser;
use Mail::Address;

binmode STDIN;
binmode STDOUT;
open STDERR, '>', '/dev/null';

sub encoded {
    my ($value) = @_;
    $value = '' unless defined $value;
    utf8::encode($value) if utf8::is_utf8($value);
    my $text = encode_base64($value, '');
    return $text eq '' ? '=' : $text;
}

sub show {
    my ($entity, $lines) = @_;
    my @parts = $entity->parts;
    if (@parts) {
        show($_, $lines) for @parts;
    } else {
        my $body = $entity->bodyhandle;
        my $head = $entity->head;
        my $names = join ' ', grep { defined } $head->recommended_filename, $head->get('Content-Description');
        push @$lines,
            join ' ', 'P', encoded(lc $entity->effective_type), encoded($body ? $body->as_string : ''), encoded($names);
    }
}

sub answer {
    my ($octets) = @_;
    my @lines;
    eval {
        my $parser = MIME::Parser->new;
        $parser->output_to_core(1);
        $parser->tmp_to_core(1);
        $parser->use_inner_files(1);
        my $entity = $parser->parse_data($octets);
        for my $name ($entity->head->tags) {
            push @lines, 'F ' . encoded($name) . ' ' . encoded($_) for $entity->head->get_all($name);
        }
        for my $from ($entity->head->get_all('From')) {
            push @lines, 'A ' . encoded($_->address) for Mail::Address->parse($from);
        }
        show($entity, \@lines);
        1;
    } or push @lines, 'E ' . encoded($@);
    return join "\n", @lines;
}

while (read(STDIN, my $head, 4) == 4) {
    my $length = unpack 'N', $head;
    my $octets = '';
    read(STDIN, $octets, $length) if $length;
    my $answer = answer($octets);
    print pack('N', length $answer), $answer;
    STDOUT->flush;
}
