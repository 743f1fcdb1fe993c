package org.postseal.policy.wording;

import java.util.List;
import org.postseal.policy.yaml.Words;

/** Lists everything that a template may ask for. */
public enum Placeholder {
    /** It stands for the recipient who was refused. */
    RECIPIENT,
    /** It stands for the Subject that the message came with, outside any encryption. */
    SUBJECT,
    /** It says whom to ask, as the policy names them. */
    CONTACT,
    /** It stands for the built-in sentence about the reason. */
    REASON,
    /** It stands for the built-in sentence about what the sender can do. */
    ADVICE,
    /** It stands for the name of the gateway. */
    HOST,
    MESSAGE_ID,
    /** It stands for a line for each recipient of a notice. */
    RECIPIENTS;

    /** Returns the word that stands between the braces. */
    public String word() {
        return Words.word(this);
    }

    /** A reply may have these placeholders. */
    public static final List<Placeholder> REPLY = List.of(RECIPIENT, SUBJECT, CONTACT, REASON, ADVICE);

    /** The Subject of a notice may have these placeholders. */
    public static final List<Placeholder> NOTICE_SUBJECT = List.of(HOST);

    /** The text of a notice may have these placeholders. */
    public static final List<Placeholder> NOTICE_BODY = List.of(HOST, SUBJECT, MESSAGE_ID, RECIPIENTS, CONTACT);
}
