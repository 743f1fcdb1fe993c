package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Decision.Defer;
import org.postseal.policy.outcome.Decision.Deliver;
import org.postseal.policy.outcome.Decision.Incoming;
import org.postseal.policy.outcome.Decision.Redirect;
import org.postseal.policy.outcome.Decision.Reject;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;

/** One policy, and the words for rows of facts → decision under it. */
public final class DecisionTable {
    private static final SigningSettings SIGNING =
            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, true);
    private static final EncryptionSettings ENCRYPTION =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    static final Protection CLEAR = new Protection.Clear();
    public static final Protection KEPT = new Protection.Kept();
    static final Protection SIGNED = new Protection.Signed(SIGNING);
    static final Protection ENCRYPTED = new Protection.Encrypted(ENCRYPTION);
    static final Protection BOTH = new Protection.SignedAndEncrypted(SIGNING, ENCRYPTION);

    private static final RuleSet RULES = Policies.load("""
            version: 1
            internal: [example.com, "*.example.com"]
            quarantine: hold@example.com
            groups: { finance: [dora@example.com] }
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true }
              finance:
                extends: default
                appliesTo: [group:finance, cfo@example.com]
                RequireEncryptedSMIMEMessages: true
            rules:
              - { id: bank, when: { direction: outbound, recipientDomain: bank.example }, then: { encrypt: required } }
              - { id: wait, when: { direction: outbound, recipientDomain: wait.example },
                  then: { encrypt: required, onMissingCertificate: defer } }
              - { id: hold, when: { direction: outbound, recipientDomain: hold.example },
                  then: { encrypt: required, onMissingCertificate: redirect } }
              - { id: maybe, when: { direction: outbound, recipientDomain: maybe.example },
                  then: { sign: ifPossible, encrypt: ifPossible } }
              - { id: dark, when: { direction: outbound, recipientDomain: dark.example },
                  then: { encrypt: ifPossible, onLookupFailure: deliver } }
              - { id: held, when: { direction: outbound, recipientDomain: held.example },
                  then: { encrypt: ifPossible, onLookupFailure: redirect } }
              - { id: both, when: { recipientDomain: both.example }, then: { sign: required, encrypt: required } }
              - { id: plain, when: { direction: outbound, recipientDomain: plain.example },
                  then: { sign: never, encrypt: never } }
              - { id: no, when: { recipient: no@example.com }, then: reject }
              - { id: later, when: { recipient: later@example.com }, then: defer }
              - { id: away, when: { recipient: away@example.com }, then: redirect }
              - { id: closed, when: { direction: inbound, recipient: closed@example.com }, then: { decrypt: never } }
              - { id: blind, when: { direction: inbound, recipient: blind@example.com }, then: { verify: never } }
              - { id: strict, when: { direction: inbound, recipient: strict@example.com },
                  then: { onInvalidSignature: reject } }
              - { id: wary, when: { direction: inbound, recipient: wary@example.com },
                  then: { onInvalidSignature: redirect } }
              - { id: seal-in, when: { direction: inbound, recipient: seal@example.com }, then: { encrypt: required } }
              - { id: open-forwarded, when: { direction: forwarded, recipientDomain: open.example },
                  then: { decrypt: ifPossible } }
              - { id: replies, when: { kind: autoReply, recipientDomain: replies.example }, then: mailboxPolicy }
              - { id: rest, when: always, then: mailboxPolicy }
            """);

    private DecisionTable() {}

    /**
     * The left half of a row.
     *
     * @param certificate the recipient's
     * @param key the sender's, for signing
     */
    record Given(String name, Mail mail, Fact certificate, Fact key) {
        /**
         * Completes the row.
         *
         * @param rule the one that decides
         * @param mailboxPolicy the one that applies; empty if none does
         * @param asked as {@link FakeDirectory#asked()} returns it
         */
        Row then(Decision decision, String rule, String mailboxPolicy, String asked) {
            return new Row(this, decision, rule, mailboxPolicy, asked);
        }
    }

    record Row(Given given, Decision decision, String rule, String mailboxPolicy, String asked) {
        void check() {
            Facts facts = given.mail().facts();
            FakeDirectory certificates = new FakeDirectory(given.certificate(), given.key());
            Ruling ruling = RULES.decide(facts, certificates);
            assertThat(ruling.decision()).isEqualTo(decision);
            assertThat(ruling.recipient()).isEqualTo(facts.recipient());
            assertThat(ruling.explanation().rule()).isEqualTo(rule);
            assertThat(ruling.explanation().mailboxPolicy()).isEqualTo(mailboxPolicy);
            assertThat(certificates.asked()).isEqualTo(asked);
            assertThat(ruling.explanation().steps()).isNotEmpty().doesNotContain("");
        }

        @Override
        public String toString() {
            return given.name();
        }
    }

    static Given given(String name, Mail mail, Fact certificate, Fact key) {
        return new Given(name, mail, certificate, key);
    }

    /** Returns mail from Alice, whose mailbox policy is the default. */
    static Mail alice(String recipient) {
        return Mail.ours("alice@example.com", recipient);
    }

    static Mail alice() {
        return alice("bob@out.example");
    }

    /** Returns mail from a member of finance. */
    static Mail cfo(String recipient) {
        return Mail.ours("cfo@example.com", recipient);
    }

    static Mail cfo() {
        return cfo("bob@out.example");
    }

    /** Returns mail from Bob, who is outside. */
    static Mail bob(String recipient) {
        return Mail.theirs("bob@out.example", recipient);
    }

    public static Decision send(Protection protection) {
        return new Deliver(Incoming.AS_RECEIVED, protection);
    }

    static Decision open(Protection protection) {
        return new Deliver(Incoming.OPEN, protection);
    }

    static Decision verify(Protection protection) {
        return new Deliver(Incoming.VERIFY, protection);
    }

    static Decision keepClosed(Protection protection) {
        return new Deliver(Incoming.KEEP_CLOSED, protection);
    }

    public static Decision reject(Reason reason) {
        return new Reject(reason);
    }

    static Decision defer(Reason reason) {
        return new Defer(reason);
    }

    public static Decision redirect(Reason reason) {
        return new Redirect(MailAddress.of("hold@example.com"), reason);
    }
}
