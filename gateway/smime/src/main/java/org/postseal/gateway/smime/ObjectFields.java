package org.postseal.gateway.smime;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.header.EncodedWords;

/**
 * Knows the words in which mail programs describe a CMS object in the header section above it: its type, its name and
 * what it is. No signature covers these fields, and programs show the object by them.
 */
final class ObjectFields {
    private ObjectFields() {}

    /** Returns true for a field that describes the object in the words of mail programs and stands there once. */
    static boolean isOfMailPrograms(HeaderField field, HeaderBlock header) {
        Pattern words = WORDS.get(field.name().toLowerCase(Locale.ROOT));
        return words != null
                && words.matcher(field.unfolded().strip()).matches()
                && header.all(field.name()).size() == 1;
    }

    /**
     * Returns true if a program that shows the signature as an attachment shows nothing that its sender has made up. A
     * file name such as {@code bill.html} would make it show a page that stands unsigned within the object.
     *
     * @param root a multipart/signed, or an entity whose body is a CMS object
     */
    static boolean areOfMailPrograms(MimeEntity root) {
        Optional<HeaderBlock> signature =
                root.signedParts().map(parts -> parts.signature().header());
        if (signature.isPresent()) {
            HeaderBlock header = signature.get();
            return header.fields().stream()
                    .allMatch(field -> isOfMailPrograms(field, header) || isTranslated(field, header));
        }
        // The other fields of a message are outside any signature by nature.
        return root.header().fields().stream()
                .filter(field -> NAMING.contains(field.name().toLowerCase(Locale.ROOT)))
                .allMatch(field -> isOfMailPrograms(field, root.header()));
    }

    /** Thunderbird describes the signature in the language of its user. */
    private static boolean isTranslated(HeaderField field, HeaderBlock header) {
        return field.is(DESCRIPTION)
                && header.all(DESCRIPTION).size() == 1
                && TRANSLATED
                        .matcher(EncodedWords.decode(field.unfolded()).strip())
                        .matches();
    }

    private static Pattern words(String words) {
        return Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    private static final String DESCRIPTION = "Content-Description";
    private static final String FILE = "\"?[0-9a-z_-]{1,16}\\.p7[cmsz]\"?";
    private static final Map<String, Pattern> WORDS = Map.of(
            "mime-version", words("1\\.0"),
            "content-type",
                    words("(?:application/(?:x-)?pkcs7-(?:mime|signature)|application/octet-stream|multipart/signed)"
                            + "(?:;\\s*(?:name=" + FILE
                            + "|smime-type=\"?(?:(?:auth-?enveloped|enveloped|signed|compressed)-data|certs-only)\"?"
                            + "|protocol=\"?application/(?:x-)?pkcs7-signature\"?"
                            + "|micalg=\"?(?:unknown|(?:(?:md|sha|shake)[0-9-]{1,5},? ?){1,3})\"?"
                            + "|charset=\"?(?:us-ascii|utf-8|iso-8859-[0-9]{1,2})\"?"
                            + "|boundary=\"?[0-9a-z+_,./:=?-]{1,70}\"?)){0,6}"),
            "content-transfer-encoding", words("base64|7bit|8bit|binary"),
            "content-disposition", words("(?:attachment|inline)(?:;\\s*filename=" + FILE + ")?"),
            // These are the words of Mozilla, of Google and our own.
            "content-description", words("S/MIME(?: (?:cryptographic|encrypted|signed|message|signature)){1,2}"));

    private static final Set<String> NAMING = Set.of("content-type", "content-disposition");

    /** A short text about S/MIME without room for an address, a number or a link. */
    private static final Pattern TRANSLATED = Pattern.compile("(?=.*S/MIME)(?:S/MIME|[\\p{L}\\p{M} '\u2019-]){1,48}");
}
