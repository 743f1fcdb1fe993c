package org.postseal.gateway.mail;

import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;

/**
 * Somebody who has proved who he is (RFC 4954), and as whom he may write.
 *
 * @param user in lower case
 * @param addresses that are his
 * @param domains whose addresses are all his
 * @param isAnybody every address is
 */
public record Login(String user, Set<MailAddress> addresses, Set<Domain> domains, boolean isAnybody) {
    public Login {
        addresses = Set.copyOf(addresses);
        domains = Set.copyOf(domains);
    }

    /** Whether he may write as this sender. */
    public boolean maySendAs(MailAddress sender) {
        return isAnybody || addresses.contains(sender) || domains.contains(sender.domain());
    }
}
