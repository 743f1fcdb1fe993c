package org.postseal.policy.cases;

import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Reason;

/** Messages in files, which the caller reads: the policy sees no file. */
public interface MessageFiles {
    /** @param name as the case writes it, relative to the file of cases */
    Reading read(String name);

    /** For text that has no files beside it. */
    static MessageFiles none() {
        return _ -> new Reading.Unreadable("no files can be read here");
    }

    /** What came of it. */
    sealed interface Reading {
        /** Facts of the message itself; what they say of peer and reverse path does not count. */
        record Read(OfRecipient facts) implements Reading {}

        /** The message would be refused before any policy is asked. */
        record Refused(Reason reason, String detail) implements Reading {}

        /** There is no such message. */
        record Unreadable(String why) implements Reading {}
    }

    /** The facts for one recipient: who is named in To and Cc sees himself there. */
    interface OfRecipient {
        Facts facts(MailAddress recipient);
    }
}
