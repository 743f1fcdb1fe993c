package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.deciding.PermitsForTests;

/** Makes sendables without a pipeline. */
public final class SendablesForTests {
    private SendablesForTests() {}

    public static Sendable untouched(RawMessage message, Set<MailAddress> recipients) {
        return Sendable.untouched(message, PermitsForTests.permit(recipients));
    }

    public static Sendable opened(RawMessage message, Set<MailAddress> recipients) {
        try {
            HeaderBlock inner = HeaderBlock.read(message, Budget.standard()).orElseThrow();
            return Sendable.opened(
                    new OpenedMessage(message, inner, message, OpenedMessage.Start.HEADER),
                    PermitsForTests.permit(recipients));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
