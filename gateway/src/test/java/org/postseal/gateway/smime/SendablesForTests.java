package org.postseal.gateway.smime;

import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.PermitsForTests;

/** Sendables without a pipeline. */
public final class SendablesForTests {
    private SendablesForTests() {}

    public static Sendable untouched(RawMessage message, Set<MailAddress> recipients) {
        return Sendable.untouched(message, PermitsForTests.permit(recipients));
    }

    public static Sendable opened(RawMessage message, Set<MailAddress> recipients) {
        return Sendable.opened(new OpenedMessage(message), PermitsForTests.permit(recipients));
    }
}
