package org.postseal.gateway.road.pipeline;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Trace;
import org.postseal.policy.facts.Facts.Trait;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.header.Letters;

/**
 * Finds the traits of a message, such as that it is a reply or an invitation, by its header section and the types of
 * its parts.
 */
final class Traits {
    private Traits() {}

    /**
     * Returns the traits of a message as received. Encrypted content is not looked into.
     *
     * @param parts of the message, the root first
     * @param isLocal whether the upstream calls the client local
     */
    static Set<Trait> of(List<MimeEntity> parts, boolean isLocal) {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        HeaderBlock headers = parts.getFirst().header();
        if (headers.isMalformed()) {
            traits.add(Trait.MALFORMED_HEADER);
        }
        if (has(headers, "In-Reply-To") || has(headers, "References")) {
            traits.add(Trait.REPLY);
        }
        if (has(headers, "List-Id") || has(headers, "List-Post") || says(headers, "Precedence", "list")) {
            traits.add(Trait.MAILING_LIST);
        }
        if (Trace.wasOutside(headers) || (isLocal && Trace.isHandedInAgain(headers))) {
            traits.add(Trait.SENT_ON);
        }
        if (has(headers, "msip_labels")) {
            traits.add(Trait.LABELLED);
        }
        // Exchange writes this field into all mail, and gives it a value only if the message has a TNEF part.
        if (headers.all("X-MS-TNEF-Correlator").stream()
                .anyMatch(field -> !field.unfolded().isBlank())) {
            traits.add(Trait.TNEF);
        }
        parts.forEach(part -> {
            if (FactsReader.hasOneType(part)) {
                ofPart(part).ifPresent(traits::add);
            } else {
                traits.addAll(possible(part));
            }
        });
        return traits;
    }

    /** Returns each trait that some program may find in a label which programs read in different ways. */
    private static Set<Trait> possible(MimeEntity entity) {
        String label = FactsReader.typeFields(entity).stream()
                .map(field -> Letters.lower(EncodedWords.decode(field.unfolded())))
                .collect(Collectors.joining("; "));
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (label.contains("calendar")) {
            traits.add(Trait.CALENDAR);
        }
        if (label.contains("tnef") || label.contains("winmail.dat") || label.contains("win.dat")) {
            traits.add(Trait.TNEF);
        }
        if (label.contains("rpmsg")) {
            traits.add(Trait.RIGHTS_PROTECTED);
        }
        return traits;
    }

    private static Optional<Trait> ofPart(MimeEntity entity) {
        ContentType type = entity.contentType();
        // RFC 6047 §2.4: an invitation or an answer names its method. A part without one is an attached calendar.
        if (type.is("text", "calendar") && !type.all("method").isEmpty()) {
            return Optional.of(Trait.CALENDAR);
        }
        if (type.is("application", "ms-tnef")
                || type.is("application", "vnd.ms-tnef")
                || (type.is("application", "octet-stream")
                        && entity.fileName().filter(Traits::isTnefFile).isPresent())) {
            return Optional.of(Trait.TNEF);
        }
        return type.is("application", "x-microsoft-rpmsg-message")
                ? Optional.of(Trait.RIGHTS_PROTECTED)
                : Optional.empty();
    }

    // The name that Exchange gives the file, and the name to which some programs shorten it.
    private static boolean isTnefFile(String name) {
        return name.equalsIgnoreCase("winmail.dat") || name.equalsIgnoreCase("win.dat");
    }

    private static boolean has(HeaderBlock headers, String name) {
        for (HeaderField field : headers.fields()) {
            if (field.mayBe(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean says(HeaderBlock headers, String name, String value) {
        return headers.all(name).stream()
                .map(HeaderField::unfolded)
                .anyMatch(body -> body.strip().equalsIgnoreCase(value));
    }
}
