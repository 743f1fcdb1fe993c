package org.postseal.policy.wording;

import java.util.List;
import org.postseal.policy.yaml.Words;

/** What a template may ask for; there is nothing else. */
public enum Placeholder {
    /** The recipient who was refused. */
    RECIPIENT,
    /** The Subject that the message came with, outside any encryption. */
    SUBJECT,
    /** Whom to ask, as the policy names them. */
    CONTACT,
    /** The built-in sentence about the reason. */
    REASON,
    /** The built-in sentence about what the sender can do. */
    ADVICE,
    /** The name of the gateway. */
    HOST,
    MESSAGE_ID,
    /** A line for each recipient of a notice. */
    RECIPIENTS;

    /** Returns the word that stands between the braces. */
    public String word() {
        return Words.word(this);
    }

    /** The placeholders of a reply. */
    public static final List<Placeholder> REPLY = List.of(RECIPIENT, SUBJECT, CONTACT, REASON, ADVICE);

    /** The placeholders of the Subject of a notice. */
    public static final List<Placeholder> NOTICE_SUBJECT = List.of(HOST);

    /** The placeholders of the text of a notice. */
    public static final List<Placeholder> NOTICE_BODY = List.of(HOST, SUBJECT, MESSAGE_ID, RECIPIENTS, CONTACT);
}
