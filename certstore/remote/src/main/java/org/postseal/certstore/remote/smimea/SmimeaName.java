package org.postseal.certstore.remote.smimea;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;

/**
 * The domain name that holds the SMIMEA records of an address (RFC 8162 §3).
 *
 * @param text the name in A-labels, with a final dot
 */
public record SmimeaName(String text) {
    /**
     * Returns the name for {@code address} as it is spelled: RFC 8162 §4 forbids guessing at other spellings of the
     * local part. Returns empty if there can be no such name, for address literals and for domains too long to put two
     * labels before them.
     */
    public static Optional<SmimeaName> of(MailAddress address) {
        String domain = address.domain().ascii();
        String text = digest(address.localPart()) + "._smimecert." + domain + ".";
        // RFC 1035 §2.3.4: the limit is 255 octets on the wire, one more than the text with its final dot.
        return domain.startsWith("[") || text.length() > 254 ? Optional.empty() : Optional.of(new SmimeaName(text));
    }

    @Override
    public String toString() {
        return text;
    }

    private static String digest(String localPart) {
        // RFC 8162 §3: enclosing quotes and quoting are removed; white space around dots cannot be in a MailAddress.
        String plain = localPart.startsWith("\"")
                ? QUOTED_PAIR
                        .matcher(localPart.substring(1, localPart.length() - 1))
                        .replaceAll("$1")
                : localPart;
        // The text is put into Normalization Form C, which leaves ASCII alone.
        byte[] octets = Normalizer.normalize(plain, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Digest.SHA_256.of(octets), 0, DIGEST_OCTETS);
    }

    private static final int DIGEST_OCTETS = 28;
    private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)");
}
