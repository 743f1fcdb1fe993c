package org.postseal.gateway.smime.protect;

import java.util.List;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.header.Letters;

/** Finds the parts that a mail program shows as the text of the message (RFC 9787 §7.1). */
final class MainBody {
    private MainBody() {}

    /**
     * Returns the parts in the order of their octets. None is below a signature, an encryption or an attached message.
     */
    static List<MimeEntity> parts(MimeEntity root) {
        if (isAttachment(root)) {
            return List.of();
        }
        if (root.contentType().is("text", "plain") || root.contentType().is("text", "html")) {
            return List.of(root);
        }
        if (!root.contentType().isMultipart() || root.parts().isEmpty()) {
            return List.of();
        }
        return switch (root.contentType().subtype()) {
            case "alternative" ->
                root.parts().stream().flatMap(part -> parts(part).stream()).toList();
            case "mixed", "related" -> parts(root.parts().getFirst());
            default -> List.of();
        };
    }

    private static boolean isAttachment(MimeEntity entity) {
        return entity.header().all("Content-Disposition").stream()
                .map(HeaderField::unfolded)
                .anyMatch(value -> Letters.lower(value).startsWith("attachment"));
    }
}
