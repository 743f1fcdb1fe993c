package org.postseal.certstore.remote.ldap;

import java.util.List;
import org.postseal.certstore.MailAddress;

/** What an address stands for. */
public sealed interface GroupExpansion {
    /** The directory knows no group of this address. */
    record NoGroup() implements GroupExpansion {}

    /**
     * All members, those of nested groups included, each once.
     *
     * @param withoutAddress members that have no mail address, computers for instance, to which no mail goes
     */
    record Members(List<Member> members, int withoutAddress) implements GroupExpansion {
        public Members {
            members = List.copyOf(members);
        }
    }

    /**
     * One that gets the group's mail.
     *
     * @param address the primary one, or the one the group names
     * @param owner every address of the same entry, {@code address} first
     * @param isDisabled the account may not log in: its owner has left, or it is a mailbox of several
     */
    record Member(MailAddress address, List<MailAddress> owner, boolean isDisabled) {
        public Member {
            owner = List.copyOf(owner);
        }
    }
}
