package org.postseal.gateway.judges;

import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;

/** Looks for a word in octets, in each form in which a program could find it without a key. */
final class Legible {
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/][A-Za-z0-9+/=\\s!*]{14,}");
    private static final int DEPTH = 3;

    private Legible() {}

    /** Whether the word stands there: as it is, in UTF-16, base64 or a CMS object, or in these within each other. */
    static boolean holds(String octets, String word) {
        return holds(octets, word, DEPTH);
    }

    private static boolean holds(String octets, String word, int depth) {
        if (octets.contains(word) || octets.replace("\0", "").contains(word)) {
            return true;
        }
        return depth > 0
                && (holds(encryptedContent(octets), word, 0)
                        || BASE64.matcher(octets)
                                .results()
                                .anyMatch(run -> IntStream.range(0, 4)
                                        .anyMatch(from -> holds(decoded(run.group(), from), word, depth - 1))));
    }

    /** From each of four letters, since words before it may look like a part of it. */
    private static String decoded(String text, int from) {
        String letters = text.replaceAll("[^A-Za-z0-9+/]", "");
        String whole = letters.substring(from, letters.length() - (letters.length() - from) % 4);
        return Forge.text(Base64.getDecoder().decode(whole));
    }

    /** Octet strings that are cut into pieces, put together again. */
    private static String encryptedContent(String octets) {
        if (octets.isEmpty() || octets.charAt(0) != '0') {
            return "";
        }
        try {
            CMSEnvelopedData data = new CMSEnvelopedData(new ByteArrayInputStream(Forge.octets(octets)));
            ASN1OctetString content = org.bouncycastle.asn1.cms.EnvelopedData.getInstance(
                            data.toASN1Structure().getContent())
                    .getEncryptedContentInfo()
                    .getEncryptedContent();
            return content == null ? "" : Forge.text(content.getOctets());
        } catch (CMSException | RuntimeException none) {
            return "";
        }
    }
}
