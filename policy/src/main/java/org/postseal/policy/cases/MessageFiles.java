package org.postseal.policy.cases;

import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Reason;

/** Reads messages from files. The caller implements it, because the policy does not read files. */
public interface MessageFiles {
    /**
     * Reads a message.
     *
     * @param name as the case writes it, relative to the file of cases
     */
    Reading read(String name);

    /** Returns an instance that finds no message, for a text without files beside it. */
    static MessageFiles none() {
        return _ -> new Reading.Unreadable("no files can be read here");
    }

    sealed interface Reading {
        /** The message could be read. Its facts count, except for those about the peer and the reverse path. */
        record Read(OfRecipient facts) implements Reading {}

        /** The gateway would refuse the message before it asks a policy. */
        record Refused(Reason reason, String detail) implements Reading {}

        /** The message cannot be read. */
        record Unreadable(String why) implements Reading {}
    }

    /** Returns the facts for one recipient; a recipient that To or Cc names is visible. */
    interface OfRecipient {
        Facts facts(MailAddress recipient);
    }
}
