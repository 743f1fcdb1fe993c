package org.postseal.gateway.smime.protect;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/** Rebuilds a message that was opened, for mail programs that do not know header protection. */
public final class OpenedHeader {
    private OpenedHeader() {}

    /**
     * Returns the message with its protected fields back in the header section. If nobody signed the content, the marks
     * of header protection and the legacy display go too (RFC 9788 §4.5.3). Signed content stays octet for octet.
     *
     * @param root as opened: the outer header section with the Content- fields of the payload
     * @param isSigned whether a signature stands at its root
     */
    public static RawMessage restore(MimeEntity root, HeaderReading reading, boolean isSigned, Spool.Scope scope)
            throws IOException {
        HeaderBlock header = reading.restoredIn(root.header());
        if (isSigned) {
            return RawMessage.join(List.of(RawMessage.of(header.toByteArray()), root.body()));
        }
        LegacyDisplay.Changed content = reading.mode() == HeaderReading.Mode.CIPHER
                ? new LegacyDisplay(scope).remove(root, header)
                : new LegacyDisplay.Changed(header, root.body(), 0);
        HeaderBlock bare = content.header()
                .mapped(field ->
                        Optional.of(field.is(ContentTypeField.NAME) ? ContentTypeField.without(field, MARKS) : field));
        return RawMessage.join(List.of(RawMessage.of(bare.toByteArray()), content.body()));
    }

    private static final Set<String> MARKS = Set.of(HeaderReading.PARAMETER, LegacyDisplay.PARAMETER);
}
