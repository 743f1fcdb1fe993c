package org.postseal.gateway.judges;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Makes messages that a user of ours sends: encrypted by their own program, nearly so, or not at all. */
final class EncryptedGrammar {
    private final Forge forge;

    EncryptedGrammar(Forge forge) {
        this.forge = forge;
    }

    /** What stands around a CMS object, or in its place. */
    private enum Around implements Dice.Production {
        ALONE,
        WORDS_BEFORE,
        WORDS_BEHIND,
        WORDS_BEHIND_BLANK_LINE,
        OCTETS_BEHIND_OBJECT,
        ZEROS_BEHIND_OBJECT,
        SECOND_TYPE,
        SECOND_TYPE_FIRST,
        IN_MIXED,
        BESIDE_TEXT,
        IN_SIGNED,
        IN_SIGNED_WITH_PREAMBLE,
        IN_SIGNED_WITH_EPILOGUE,
        IN_TEXT,
        AS_BINARY,
        PLAIN_TEXT,
        RIGHTS_PROTECTED,
        CALENDAR,
        TNEF,
        OPAQUE_SIGNED,
        IN_SIGNED_WITH_FIELD_IN_SIGNATURE_PART,
        IN_SIGNED_WITH_CONTENT_DESCRIPTION;

        @Override
        public String production() {
            return "around:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private enum Label implements Dice.Production {
        ENVELOPED("application/pkcs7-mime", "; smime-type=enveloped-data; name=smime.p7m"),
        OLD("application/x-pkcs7-mime", "; smime-type=enveloped-data; name=smime.p7m"),
        WITHOUT_SMIME_TYPE("application/pkcs7-mime", "; name=smime.p7m"),
        AUTHENTICATED("application/pkcs7-mime", "; smime-type=authEnveloped-data; name=smime.p7m"),
        SIGNED("application/pkcs7-mime", "; smime-type=signed-data; name=smime.p7m"),
        CERTIFICATES("application/pkcs7-mime", "; smime-type=certs-only; name=smime.p7c"),
        STREAM("application/octet-stream", "; name=smime.p7m"),
        COMMENT("application/pkcs7-mime", " (c); smime-type=enveloped-data (Pay)");

        private final String type;
        private final String parameters;

        Label(String type, String parameters) {
            this.type = type;
            this.parameters = parameters;
        }

        @Override
        public String production() {
            return "label:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private enum Kind implements Dice.Production {
        ORDINARY(""),
        AUTO_SUBMITTED("Auto-Submitted: auto-replied\r\n"),
        NULL_SENDER("Auto-Submitted: auto-replied\r\n"),
        LIST("Precedence: list\r\nList-Id: <list.example.com>\r\n");

        private final String fields;

        Kind(String fields) {
            this.fields = fields;
        }

        @Override
        public String production() {
            return "kind:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private enum Readers implements Dice.Production {
        RECIPIENT,
        RECIPIENT_AND_OTHER,
        OTHER;

        @Override
        public String production() {
            return "readers:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param recipient for whom it is */
    EncryptedCase make(long seed, String recipient) {
        Dice dice = new Dice(seed);
        String marker = "Mk%08xQz".formatted(dice.below(Integer.MAX_VALUE));
        byte[] plain = Forge.octets("Content-Type: text/plain\r\n\r\nThe word is " + marker + ".\r\n");
        int odd = dice.below(7);
        Readers readers = dice.use(odd == 0 ? List.of(Readers.values()) : List.of(Readers.RECIPIENT));
        CmsMutation mutation = dice.use(odd < 4 && odd > 0 ? List.of(CmsMutation.values()) : List.of(CmsMutation.NONE));
        CmsMutation second = dice.use(dice.once(6) ? List.of(CmsMutation.values()) : List.of(CmsMutation.NONE));
        Around around = dice.use(odd == 4 ? List.of(Around.values()) : List.of(Around.ALONE));
        Label label = dice.use(dice.once(5) ? List.of(Label.values()) : List.of(Label.ENVELOPED));
        Kind kind = dice.use(dice.once(4) ? List.of(Kind.values()) : List.of(Kind.ORDINARY));
        HeaderSpelling header = dice.use(odd == 5 ? List.of(HeaderSpelling.values()) : List.of(HeaderSpelling.PLAIN));
        TypeSpelling type =
                dice.use(odd == 5 && dice.once(2) ? List.of(TypeSpelling.values()) : List.of(TypeSpelling.PLAIN));
        Base64Spelling base64 = dice.use(odd == 6 ? List.of(Base64Spelling.values()) : List.of(Base64Spelling.LINES));
        List<String> addresses = switch (readers) {
            case RECIPIENT -> List.of(recipient);
            case RECIPIENT_AND_OTHER -> List.of(Gateway.OTTO, recipient);
            case OTHER -> List.of(Gateway.OTTO);
        };
        CmsMutation.Parts parts =
                CmsMutation.Parts.of(forge.encrypt(Forge.text(plain), addresses), plain, dice.octets(256));
        mutation.change(parts);
        if (parts.info().children().contains(parts.encrypted())) {
            second.change(parts);
        }
        String typed = type.write(label.type) + label.parameters;
        String fields = fields(kind, recipient, dice);
        String among = odd == 5 && dice.once(2)
                ? dice.use(List.of(TextAmongFields.values())).write(marker)
                : "";
        String text = fields
                + among
                + around(around, header, typed, base64, parts.root().encoded(), Forge.text(plain));
        return new EncryptedCase(Forge.octets(text), marker, kind == Kind.NULL_SENDER, dice.used());
    }

    private String around(
            Around around, HeaderSpelling header, String type, Base64Spelling base64, byte[] cms, String plain) {
        String entity = header.write(List.of("Content-Transfer-Encoding: base64", "Content-Type: " + type));
        String sealed = entity + base64.write(cms);
        String words = plain.substring(plain.indexOf("\r\n\r\n") + 4);
        return switch (around) {
            case ALONE -> sealed;
            case WORDS_BEFORE -> entity + words + base64.write(cms);
            case WORDS_BEHIND -> sealed + words;
            case WORDS_BEHIND_BLANK_LINE -> sealed + "\r\n" + words;
            case OCTETS_BEHIND_OBJECT -> entity + base64.write(joined(cms, Forge.octets(plain)));
            case ZEROS_BEHIND_OBJECT -> entity + base64.write(joined(cms, new byte[16]));
            case SECOND_TYPE -> "Content-Type: text/plain\r\n" + sealed + words;
            case SECOND_TYPE_FIRST -> sealed.replaceFirst("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n") + words;
            case IN_MIXED -> multipart("mixed", "", sealed, "");
            case BESIDE_TEXT -> multipart("mixed", "", plain + "\r\n--bb\r\n" + sealed, "");
            case IN_SIGNED -> signed("", sealed, "", "");
            case IN_SIGNED_WITH_PREAMBLE -> signed(words, sealed, "", "");
            case IN_SIGNED_WITH_EPILOGUE -> signed("", sealed, "", words);
            case IN_SIGNED_WITH_FIELD_IN_SIGNATURE_PART -> signed("", sealed, "X-Any: " + words, "");
            case IN_SIGNED_WITH_CONTENT_DESCRIPTION -> signed("", "Content-Description: " + words + sealed, "", "");
            case IN_TEXT -> "Content-Type: text/plain\r\n\r\n" + base64.write(cms) + words;
            case AS_BINARY -> entity.replace("base64", "8bit") + words;
            case PLAIN_TEXT -> plain;
            case RIGHTS_PROTECTED ->
                multipart(
                        "mixed",
                        "",
                        plain + "\r\n--bb\r\nContent-Type: application/x-microsoft-rpmsg-message;"
                                + " name=message.rpmsg\r\nContent-Disposition: attachment; filename=message.rpmsg\r\n"
                                + "Content-Transfer-Encoding: base64\r\n\r\n" + Forge.base64(cms),
                        "");
            case CALENDAR -> "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n" + words;
            case TNEF -> "Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n" + words;
            case OPAQUE_SIGNED ->
                "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\n"
                        + base64.write(forge.sign(sealed, Gateway.ALICE, true));
        };
    }

    private String signed(String before, String entity, String field, String behind) {
        String signature =
                field + "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Forge.base64(forge.sign(entity, Gateway.ALICE, false));
        return multipart(
                "signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256",
                before,
                entity + "\r\n--bb\r\n" + signature,
                behind);
    }

    private static String multipart(String type, String before, String parts, String behind) {
        return "Content-Type: multipart/" + type + "; boundary=bb\r\n\r\n" + before + "--bb\r\n" + parts
                + "\r\n--bb--\r\n" + behind;
    }

    private static String fields(Kind kind, String recipient, Dice dice) {
        return "From: Alice <alice@example.com>\r\nTo: " + recipient + "\r\nSubject: Number " + dice.below(1 << 30)
                + "\r\nDate: " + ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.RFC_1123_DATE_TIME)
                + "\r\nMessage-ID: <" + dice.below(1 << 30) + "@example.com>\r\nMIME-Version: 1.0\r\n" + kind.fields;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return Forge.octets(Forge.text(one) + Forge.text(other));
    }
}
