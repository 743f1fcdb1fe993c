package org.postseal.gateway.judges;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.Deflater;

/** What a sender may do to an enveloped-data that is right otherwise, so that it is none any more, or still one. */
enum CmsMutation implements Dice.Production {
    NONE(_ -> {}),
    INDEFINITE_LENGTHS(parts -> parts.root.lengths(Tlv.Length.INDEFINITE)),
    INDEFINITE_OUTSIDE(parts -> parts.root.length(Tlv.Length.INDEFINITE)),
    LONG_LENGTHS(parts -> parts.root.lengths(Tlv.Length.LONG)),
    CHUNKED(parts -> {
        if (parts.encrypted.children().isEmpty()) {
            parts.encrypted.chunk(7);
        }
    }),
    RECIPIENT_TWICE(parts -> {
        if (!parts.recipients.children().isEmpty()) {
            parts.recipients.children().add(parts.recipients.child(0).copy());
        }
    }),
    NO_RECIPIENTS(parts -> parts.recipients.children().clear()),
    PASSWORD_RECIPIENT(parts -> {
        byte[] kdf = HexFormat.of().parseHex("06092a864886f70d01050c");
        parts.recipients.children().clear();
        parts.recipients
                .children()
                .add(Tlv.constructed(
                        0xa3,
                        Tlv.primitive(2, new byte[] {0}),
                        Tlv.constructed(Tlv.SEQUENCE, Tlv.primitive(6, Arrays.copyOfRange(kdf, 2, kdf.length))),
                        Tlv.primitive(Tlv.OCTETS, new byte[16])));
    }),
    OTHER_RECIPIENT_INFO(parts -> parts.recipients
            .children()
            .add(Tlv.constructed(
                    0xa4, Tlv.primitive(6, new byte[] {0x2a, 0x03, 0x04}), Tlv.primitive(Tlv.OCTETS, parts.plain)))),
    KEY_IS_TEXT(parts -> {
        if (!parts.recipients.children().isEmpty()) {
            parts.recipients.child(0).children().getLast().content(parts.plain);
        }
    }),
    CONTENT_IS_TEXT(parts -> parts.encrypted.content(parts.plain)),
    CONTENT_IS_TEXT_OF_BLOCKS(parts -> {
        byte[] padded = Arrays.copyOf(parts.plain, (parts.plain.length + 15) / 16 * 16);
        Arrays.fill(padded, parts.plain.length, padded.length, (byte) ' ');
        parts.encrypted.content(padded);
    }),
    CONTENT_IS_UTF16(parts -> parts.encrypted.content(Forge.text(parts.plain).getBytes(StandardCharsets.UTF_16LE))),
    CONTENT_IS_BASE64(parts -> parts.encrypted.content(Base64.getEncoder().encode(parts.plain))),
    CONTENT_IS_DER(parts ->
            parts.encrypted.content(Tlv.primitive(Tlv.OCTETS, parts.plain).encoded())),
    CONTENT_BEGINS_AS_TEXT(parts -> {
        byte[] mixed = Arrays.copyOf(parts.plain, parts.plain.length + 256);
        System.arraycopy(parts.random, 0, mixed, parts.plain.length, 256);
        parts.encrypted.content(Arrays.copyOf(mixed, mixed.length / 16 * 16));
    }),
    CONTENT_ENDS_AS_TEXT(parts -> {
        byte[] mixed = Arrays.copyOf(parts.random, (256 + parts.plain.length) / 16 * 16);
        System.arraycopy(parts.plain, 0, mixed, mixed.length - parts.plain.length, parts.plain.length);
        parts.encrypted.content(mixed);
    }),
    CONTENT_CUT(parts -> {
        byte[] content = parts.encrypted.content();
        parts.encrypted.content(Arrays.copyOf(content, Math.max(0, content.length - 5)));
    }),
    CONTENT_EMPTY(parts -> parts.encrypted.content(new byte[0])),
    CONTENT_ABSENT(parts -> parts.info.children().remove(parts.encrypted)),
    CONTENT_TYPE_SIGNED(parts -> parts.info.child(0).content(HexFormat.of().parseHex("2a864886f70d010702"))),
    LABELLED_DATA(parts -> parts.root.child(0).content(HexFormat.of().parseHex("2a864886f70d010701"))),
    LABELLED_SIGNED(parts -> parts.root.child(0).content(HexFormat.of().parseHex("2a864886f70d010702"))),
    LABELLED_AUTHENTICATED(parts -> parts.root.child(0).content(HexFormat.of().parseHex("2a864886f70d0109100117"))),
    CIPHER_UNKNOWN(parts -> parts.info.child(1).child(0).content(new byte[] {0x2a, 0x03, 0x04})),
    UNPROTECTED_ATTRIBUTE(parts -> parts.enveloped
            .children()
            .add(Tlv.constructed(
                    0xa1,
                    Tlv.constructed(
                            Tlv.SEQUENCE,
                            Tlv.primitive(6, new byte[] {0x2a, 0x03, 0x04}),
                            Tlv.constructed(Tlv.SET, Tlv.primitive(Tlv.OCTETS, parts.plain)))))),
    ORIGINATOR_INFO(parts -> parts.enveloped
            .children()
            .add(
                    1,
                    Tlv.constructed(
                            0xa0,
                            Tlv.constructed(
                                    0xa0, Tlv.constructed(Tlv.SEQUENCE, Tlv.primitive(Tlv.OCTETS, parts.plain)))))),
    MORE_IN_SEQUENCE(parts -> parts.enveloped.children().add(Tlv.primitive(Tlv.OCTETS, parts.plain))),
    MORE_IN_CONTENT_INFO(parts -> parts.info.children().add(Tlv.primitive(Tlv.OCTETS, parts.plain))),
    MORE_BESIDE_OBJECT(parts -> parts.root.children().add(Tlv.primitive(Tlv.OCTETS, parts.plain))),
    VERSION_CHANGED(parts -> parts.enveloped.child(0).content(new byte[] {7})),
    KEY_IDENTIFIER_IS_TEXT(parts -> {
        if (!parts.recipients.children().isEmpty()) {
            Tlv second = parts.recipients.child(0).copy();
            second.children().set(0, Tlv.primitive(2, new byte[] {2}));
            byte[] words = Arrays.copyOfRange(parts.plain, parts.plain.length - 32, parts.plain.length);
            second.children().set(1, Tlv.primitive(0x80, words));
            parts.recipients.children().add(second);
        }
    }),
    CONTENT_IS_DEFLATED(parts -> parts.encrypted.content(deflated(parts.plain, true))),
    CONTENT_IS_OPENPGP(
            parts -> parts.encrypted.content(Forge.octets("\u00a3\u0002" + Forge.text(deflated(parts.plain, false)))));

    /**
     * An enveloped-data taken apart.
     *
     * @param plain what a reader must not see in it
     * @param random octets for content
     */
    record Parts(Tlv root, Tlv enveloped, Tlv recipients, Tlv info, Tlv encrypted, byte[] plain, byte[] random) {
        static Parts of(byte[] der, byte[] plain, byte[] random) {
            Tlv root = Tlv.read(der);
            Tlv enveloped = root.child(1).child(0);
            Tlv info = enveloped.tagged(Tlv.SEQUENCE);
            return new Parts(root, enveloped, enveloped.tagged(Tlv.SET), info, info.tagged(0x80), plain, random);
        }
    }

    private static byte[] deflated(byte[] plain, boolean isBare) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, isBare);
        deflater.setInput(plain);
        deflater.finish();
        byte[] deflated = new byte[plain.length + 64];
        int length = deflater.deflate(deflated);
        deflater.end();
        // a block with room for the header
        return Arrays.copyOf(deflated, (length + 15) / 16 * 16);
    }

    // A lambda without state
    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<Parts> change;

    CmsMutation(Consumer<Parts> change) {
        this.change = change;
    }

    void change(Parts parts) {
        change.accept(parts);
    }

    @Override
    public String production() {
        return "cms:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
