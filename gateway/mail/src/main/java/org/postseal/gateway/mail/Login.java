package org.postseal.gateway.mail;

import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;

/**
 * Describes a user who has proved their identity (RFC 4954), and the addresses from which they may write.
 *
 * @param user in lower case
 * @param addresses from which they may write
 * @param domains in which they may write from any address
 * @param isAnybody whether they may write from any address at all
 */
public record Login(String user, Set<MailAddress> addresses, Set<Domain> domains, boolean isAnybody) {
    public Login {
        addresses = Set.copyOf(addresses);
        domains = Set.copyOf(domains);
    }

    public boolean maySendAs(MailAddress sender) {
        return isAnybody || addresses.contains(sender) || domains.contains(sender.domain());
    }
}
