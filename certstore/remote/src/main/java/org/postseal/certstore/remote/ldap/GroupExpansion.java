package org.postseal.certstore.remote.ldap;

import java.util.List;
import org.postseal.certstore.MailAddress;

/** Says which recipients an address stands for in a directory server. */
public sealed interface GroupExpansion {
    /** The directory server knows no group with this address. */
    record NoGroup() implements GroupExpansion {}

    /**
     * All members, each once, with those of nested groups.
     *
     * @param withoutAddress the number of members without a mail address, such as computers; they get no mail
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
