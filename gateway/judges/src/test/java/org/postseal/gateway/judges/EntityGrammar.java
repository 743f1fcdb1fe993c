package org.postseal.gateway.judges;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes what the friend signed. The oddities that a root may have stand here below a plain header section, too. */
final class EntityGrammar {
    private final Forge forge;

    EntityGrammar(Forge forge) {
        this.forge = forge;
    }

    /**
     * An entity with its line ends.
     *
     * @param plain the same, written plainly; empty where it is plain
     */
    record Entity(String text, Optional<String> plain) {
        /** Whether the friend signed header fields too (RFC 9788). */
        boolean isProtected() {
            return text.contains("hp=\"clear\"");
        }
    }

    private enum Kind implements Dice.Production {
        TEXT,
        MIXED,
        NESTED_MESSAGE,
        NO_HEADER,
        NO_HEADER_BUT_PARAGRAPHS,
        PROTECTED_SAME_FROM,
        PROTECTED_OTHER_FROM,
        INNER_SIGNED,
        INNER_SIGNED_BROKEN,
        INNER_OPAQUE_BROKEN,
        INNER_ENCRYPTED;

        @Override
        public String production() {
            return "entity:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param mayHideInBase64 lines may end in something else than CRLF, since no SMTP server sees them */
    Entity make(Dice dice, boolean mayHideInBase64) {
        Kind kind = dice.use(dice.once(3) ? List.of(Kind.values()) : List.of(Kind.TEXT, Kind.MIXED, Kind.MIXED));
        HeaderSpelling header =
                dice.use(dice.once(5) ? List.of(HeaderSpelling.values()) : List.of(HeaderSpelling.PLAIN));
        LineEnds ends = mayHideInBase64 && dice.once(3) ? dice.use(List.of(LineEnds.values())) : LineEnds.CRLF;
        Parts parts = parts(kind, dice);
        String plain = HeaderSpelling.PLAIN.write(parts.header) + parts.body;
        boolean isHeaderless = parts.header.isEmpty();
        if (isHeaderless) {
            plain = parts.body;
        }
        String odd = isHeaderless ? plain : header.write(parts.header) + parts.body;
        String text = ends.write(odd);
        return new Entity(text, text.equals(plain) ? Optional.empty() : Optional.of(plain));
    }

    /** The lines of the header section, Content-Type as the last one, and the body. */
    private record Parts(List<String> header, String body) {}

    private Parts parts(Kind kind, Dice dice) {
        int number = dice.below(1 << 20);
        String words = "Hello " + number + "\r\nsecond line\r\n";
        return switch (kind) {
            case TEXT -> new Parts(List.of("Content-Type: text/plain; charset=us-ascii"), words);
            case NO_HEADER -> new Parts(List.of(), "\r\n" + words);
            case NO_HEADER_BUT_PARAGRAPHS -> new Parts(List.of(), "Dear Alice,\r\ndo not\r\n\r\n" + words);
            case MIXED -> mixed(dice, words);
            case NESTED_MESSAGE ->
                new Parts(
                        List.of("Content-Type: message/rfc822"),
                        "From: carl@other.example\r\nSubject: In\r\n\r\n" + words);
            case PROTECTED_SAME_FROM -> protectedFrom(Gateway.BOB, words);
            case PROTECTED_OTHER_FROM -> protectedFrom(Gateway.EVE, words);
            case INNER_SIGNED -> innerSigned(words, Gateway.BOB, false);
            case INNER_SIGNED_BROKEN -> innerSigned(words, Gateway.BOB, true);
            case INNER_OPAQUE_BROKEN -> {
                byte[] cms = forge.sign("Content-Type: text/plain\r\n\r\n" + words, Gateway.BOB, true);
                cms[cms.length - 1] ^= 1;
                yield opaque("signed-data", cms);
            }
            case INNER_ENCRYPTED ->
                opaque(
                        "enveloped-data",
                        forge.encrypt("Content-Type: text/plain\r\n\r\n" + words, List.of(Gateway.OTTO)));
        };
    }

    /** The oddities of a root's Content-Type, where they do not matter for the signature: below a plain root. */
    private static Parts mixed(Dice dice, String words) {
        BoundarySpelling spelling =
                dice.use(dice.once(2) ? List.of(BoundarySpelling.values()) : List.of(BoundarySpelling.TOKEN));
        TypeSpelling type = dice.use(dice.once(4) ? List.of(TypeSpelling.values()) : List.of(TypeSpelling.PLAIN));
        HeaderSpelling header =
                dice.use(dice.once(4) ? List.of(HeaderSpelling.values()) : List.of(HeaderSpelling.PLAIN));
        Noise noise = dice.use(dice.once(3) ? List.of(Noise.values()) : List.of(Noise.NONE));
        Base64Spelling base64 =
                dice.use(dice.once(3) ? List.of(Base64Spelling.values()) : List.of(Base64Spelling.LINES));
        AuthorSpelling author =
                dice.use(dice.once(3) ? List.of(AuthorSpelling.values()) : List.of(AuthorSpelling.NAME));
        String boundary = "in" + dice.below(9);
        String read = spelling.readings(boundary).getFirst();
        String inner =
                header.write(List.of("Content-Transfer-Encoding: base64", "Content-Type: " + type.write("text/html")))
                        + base64.write(Forge.octets("<p>" + words.strip() + "</p>"));
        String forwarded = "Content-Type: message/rfc822\r\n\r\n" + author.write(Gateway.BOB, Gateway.EVE, dice)
                + "\r\nSubject: In\r\n\r\n" + words;
        String delimiter = "--" + read + "\r\n";
        String parts = delimiter + "Content-Type: text/plain\r\n\r\n" + words + "\r\n" + delimiter + inner + "\r\n"
                + delimiter + forwarded + "\r\n--" + read + "--\r\n";
        // One level further in, so that the header section of what is signed stays plain
        return new Parts(
                List.of("Content-Type: multipart/mixed; boundary=outer"),
                "--outer\r\nContent-Type: multipart/mixed; " + spelling.parameter(boundary) + "\r\n\r\n"
                        + noise.around(parts, read, read) + "\r\n--outer--\r\n");
    }

    private static Parts protectedFrom(String author, String words) {
        return new Parts(
                List.of(
                        "From: Bob <" + author + ">",
                        "To: " + SubjectSpelling.TO,
                        "Subject: " + SubjectSpelling.SUBJECT,
                        "Reply-To: " + ReplySpelling.SIGNED,
                        "Disposition-Notification-To: " + Gateway.BOB,
                        "Content-Type: text/plain; charset=us-ascii; hp=\"clear\""),
                words);
    }

    private Parts innerSigned(String words, String signer, boolean isBroken) {
        String inner = "Content-Type: text/plain\r\n\r\n" + words;
        byte[] cms = forge.sign(isBroken ? inner + "changed" : inner, signer, false);
        return new Parts(
                List.of("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256;"
                        + " boundary=il"),
                "--il\r\n" + inner + "\r\n--il\r\nContent-Type: application/pkcs7-signature\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\n" + Forge.base64(cms) + "\r\n--il--\r\n");
    }

    private static Parts opaque(String type, byte[] cms) {
        return new Parts(
                List.of(
                        "Content-Transfer-Encoding: base64",
                        "Content-Type: application/pkcs7-mime; smime-type=" + type.toLowerCase(Locale.ROOT)),
                Forge.base64(cms) + "\r\n");
    }
}
