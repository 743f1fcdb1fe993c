package org.postseal.gateway.mail;

import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;

/**
 * Says who has proved their identity (RFC 4954), and as whom they may write.
 *
 * @param user in lower case
 * @param addresses as which they may write
 * @param domains of which they may write as any address
 * @param isAnybody whether they may write as any address
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
