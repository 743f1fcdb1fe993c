package org.postseal.certstore.remote.ldap;

import java.util.List;
import org.postseal.certstore.MailAddress;

/** What an address stands for in a directory. */
public sealed interface GroupExpansion {
    /** The directory knows no group of this address. */
    record NoGroup() implements GroupExpansion {}

    /**
     * All members, each once, with those of nested groups.
     *
     * @param withoutAddress number of members without a mail address, such as computers, to which no mail goes
     */
    record Members(List<Member> members, int withoutAddress) implements GroupExpansion {
        public Members {
            members = List.copyOf(members);
        }
    }

    /**
     * A member who gets the group's mail.
     *
     * @param address the primary address, or the one that the group names
     * @param owner every address of the same entry, {@code address} first
     * @param isDisabled whether the account may not log in: its owner has left, or it is a shared mailbox
     */
    record Member(MailAddress address, List<MailAddress> owner, boolean isDisabled) {
        public Member {
            owner = List.copyOf(owner);
        }
    }
}
