package org.postseal.gateway.judges;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a program shows of a message.
 *
 * @param fields of its header section, as far as the program decodes them
 * @param authors the addresses that the program finds in From
 * @param date the time that the program finds in Date
 * @param parts the leaves in order
 * @param failure why the program shows nothing, or no more
 */
record Shown(
        List<Field> fields, List<String> authors, Optional<Instant> date, List<Part> parts, Optional<String> failure) {
    Shown {
        fields = List.copyOf(fields);
        authors = List.copyOf(authors);
        parts = List.copyOf(parts);
    }

    record Field(String name, String value) {}

    /**
     * One leaf.
     *
     * @param type media type in lower case
     * @param content what is decoded of it, an octet a character
     * @param label the names and the description by which the program lists it
     */
    record Part(String type, String content, String label) {
        Part {
            type = type.toLowerCase(Locale.ROOT);
        }

        Part(String type, String content) {
            this(type, content, "");
        }

        boolean isSignature() {
            return type.equals("application/pkcs7-signature") || type.equals("application/x-pkcs7-signature");
        }

        /** The part without its label, and without line ends and blanks at its end that programs add or take away. */
        Part settled() {
            return new Part(
                    type, content.replace("\r\n", "\n").replace('\r', '\n').strip());
        }
    }

    static Shown nothing(String why) {
        return new Shown(List.of(), List.of(), Optional.empty(), List.of(), Optional.of(why));
    }

    /** The leaves as they can be compared. */
    List<Part> content() {
        return parts.stream().map(Part::settled).toList();
    }

    /** The leaves without the signature that stands last. */
    List<Part> signedContent() {
        List<Part> content = content();
        return !content.isEmpty() && content.getLast().isSignature() ? content.subList(0, content.size() - 1) : content;
    }

    /** The signature that stands last, or the CMS object that is all of the message. */
    Optional<Part> signature() {
        boolean isSignature =
                !parts.isEmpty() && (parts.size() == 1 || parts.getLast().isSignature());
        return isSignature ? Optional.of(parts.getLast()) : Optional.empty();
    }
}
