package org.postseal.gateway.road.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Trace;
import org.postseal.policy.facts.Facts.Trait;

/**
 * Finds the traits of a message, such as that it is a reply or an invitation, by its header section and the types of
 * its parts. Attached messages are not looked into.
 */
final class Traits {
    private Traits() {}

    /** The traits of a message as received. Encrypted content is not looked into. */
    static Set<Trait> of(MimeEntity root) {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        HeaderBlock headers = root.header();
        if (headers.isMalformed()) {
            traits.add(Trait.MALFORMED_HEADER);
        }
        if (has(headers, "In-Reply-To") || has(headers, "References")) {
            traits.add(Trait.REPLY);
        }
        if (has(headers, "List-Id") || has(headers, "List-Post") || says(headers, "Precedence", "list")) {
            traits.add(Trait.MAILING_LIST);
        }
        if (Trace.wasOutside(headers)) {
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
        Deque<MimeEntity> left = new ArrayDeque<>();
        left.add(root);
        while (!left.isEmpty()) {
            MimeEntity entity = left.removeLast();
            ofPart(entity).ifPresent(traits::add);
            if (entity.contentType().isMultipart()) {
                left.addAll(entity.parts());
            }
        }
        return traits;
    }

    private static Optional<Trait> ofPart(MimeEntity entity) {
        ContentType type = entity.contentType();
        // RFC 6047 §2.4: an invitation or an answer names its method. A part without one is an attached calendar.
        if (type.is("text", "calendar") && type.parameter("method").isPresent()) {
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
        return !headers.all(name).isEmpty();
    }

    private static boolean says(HeaderBlock headers, String name, String value) {
        return headers.all(name).stream()
                .map(HeaderField::unfolded)
                .anyMatch(body -> body.strip().equalsIgnoreCase(value));
    }
}
