package org.postseal.gateway.admin.cli.setup;

import java.util.List;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaSettings;

/**
 * Holds what the administrator has answered.
 *
 * @param domains our own domains, of which there is one at least
 * @param authority where users' certificates come from
 * @param users the first users, of an authority of our own
 * @param settings those of an authority of our own
 * @param keys files with keys of users, and folders of such files, of another authority
 * @param trust files with the certificates of another authority
 */
record Answers(
        List<Domain> domains,
        Authority authority,
        List<MailAddress> users,
        CaSettings settings,
        List<String> keys,
        List<String> trust) {
    /** Says where users' certificates come from. The constants are the words of the command line. */
    enum Authority {
        OWN,
        OTHER,
        LATER
    }

    /** Returns somebody who writes and gets the trial message. */
    MailAddress sender() {
        return users.isEmpty() ? MailAddress.of("postmaster@" + domains.getFirst()) : users.getFirst();
    }
}
