package org.postseal.gateway.smime;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;

/**
 * Knows the words in which mail programs describe a CMS object in the header section above it: its type, its name and
 * what it is. No signature covers these fields, and programs show the object by them. All words come from closed lists,
 * because an attacker can say something in any text of their own choice, however short.
 */
final class ObjectFields {
    private ObjectFields() {}

    /** Returns true for a field that describes the object in the words of mail programs and stands there once. */
    static boolean isOfMailPrograms(HeaderField field, HeaderBlock header) {
        boolean isKnown =
                field.is("Content-Description") ? ObjectDescriptions.contain(field.unfolded()) : matches(WORDS, field);
        return isKnown && header.all(field.name()).size() == 1;
    }

    /**
     * Returns true if a program that shows the signature as an attachment shows nothing that its sender has made up. A
     * file name such as {@code bill.html} would make it show a page that stands unsigned within the object.
     *
     * @param root a multipart/signed, or an entity whose body is a CMS object
     */
    static boolean areOfMailPrograms(MimeEntity root) {
        return isDescribed(root)
                && root.signedParts()
                        .map(parts -> parts.signature().header())
                        .filter(header -> !header.fields().stream().allMatch(field -> isOfMailPrograms(field, header)))
                        .isEmpty();
    }

    /** The other fields of a message are outside any signature by nature. */
    private static boolean isDescribed(MimeEntity root) {
        HeaderBlock header = root.header();
        boolean isMultipart = root.contentType().is("multipart", "signed");
        return header.fields().stream()
                        .filter(field -> field.name().toLowerCase(Locale.ROOT).startsWith("content-"))
                        // Its parameters are for machines, apart from a name.
                        .filter(field -> !(isMultipart && field.is("Content-Type")))
                        .allMatch(field -> isOfMailPrograms(field, header)
                                || (matches(OF_MESSAGES, field)
                                        && header.all(field.name()).size() == 1))
                && !(isMultipart && root.contentType().parameter("name").isPresent());
    }

    private static boolean matches(Map<String, Pattern> words, HeaderField field) {
        Pattern known = words.get(field.name().toLowerCase(Locale.ROOT));
        return known != null && known.matcher(field.unfolded().strip()).matches();
    }

    private static Pattern words(String words) {
        return Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    /** OpenSSL, Mozilla, Outlook, Apple and Google write smime. */
    private static final String FILE =
            "\"?(?:s-?mime|smime-signature|signature|sig|sign|signed|message|encrypted|ediintsig)\\.p7[cmsz]\"?";

    /** Outlook writes object identifiers as names of digests. */
    private static final String DIGEST =
            "2\\.16\\.840\\.1\\.101\\.3\\.4\\.2\\.[1-4]|1\\.3\\.14\\.3\\.2\\.26|1\\.2\\.840\\.113549\\.2\\.5";

    private static final Map<String, Pattern> WORDS = Map.of(
            "mime-version", words("1\\.0"),
            "content-type",
                    words("(?:application/(?:x-)?pkcs7-(?:mime|signature)|application/octet-stream|multipart/signed)"
                            + "(?:;\\s*(?:name=" + FILE
                            + "|smime-type=\"?(?:(?:auth-?enveloped|enveloped|signed|compressed)-data|certs-only)\"?"
                            + "|protocol=\"?application/(?:x-)?pkcs7-signature\"?"
                            + "|micalg=\"?(?:unknown|(?:(?:md|sha|shake)[0-9-]{1,5},? ?){1,3}|" + DIGEST + ")\"?"
                            + "|charset=\"?(?:us-ascii|utf-8|iso-8859-[0-9]{1,2})\"?"
                            + "|boundary=\"?[0-9a-z+_,./:=?-]{1,70}\"?)){0,6}"),
            "content-transfer-encoding", words("base64|7bit|8bit|binary"),
            "content-disposition", words("(?:attachment|inline)(?:;\\s*filename=" + FILE + ")?"));

    /** What Outlook, Exchange and mailboxes in files put above the content of any message. No program shows it. */
    private static final Map<String, Pattern> OF_MESSAGES = Map.of(
            "content-language", words("[a-z]{2,3}(?:-[a-z]{2}|-[0-9]{3})?(?:, ?[a-z]{2,3}(?:-[a-z]{2})?){0,2}"),
            "content-class", words("urn:content-classes:message"),
            "content-id", words("<[0-9a-f.$_-]{1,64}@[0-9a-z.-]{1,64}>"),
            "content-length", words("[0-9]{1,10}"));
}
