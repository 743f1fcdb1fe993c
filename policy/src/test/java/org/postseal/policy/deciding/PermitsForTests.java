package org.postseal.policy.deciding;

import java.util.Set;
import org.postseal.certstore.MailAddress;

/** Makes permits without a policy. */
public final class PermitsForTests {
    private PermitsForTests() {}

    public static ClearPermit permit(Set<MailAddress> recipients) {
        return new ClearPermit(recipients);
    }
}
