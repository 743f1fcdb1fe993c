package org.postseal.policy;

/** The policy in force: {@code internal} domains, mailbox policies and ordered rules, the first match of which decides. Immutable, thread-safe. */
public interface RuleSet {
    /** Decides for one recipient. Never throws for a message, whatever is in it; a fact that cannot be had leads to Defer where it matters. */
    Ruling decide(Facts facts, CertificateFacts certificates);

    /** Whether this address belongs to us ({@code internal} of the policy). */
    boolean isInternal(org.postseal.certstore.MailAddress address);

    /** SHA-256 of the policy text, lower-case hex: what the audit log names. */
    String sha256();
}
