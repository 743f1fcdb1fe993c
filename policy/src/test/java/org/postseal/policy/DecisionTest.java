package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.FakeCertificates.DOWN;
import static org.postseal.policy.FakeCertificates.NO;
import static org.postseal.policy.FakeCertificates.YES;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.CertificateFacts.Fact;
import org.postseal.policy.Decision.Defer;
import org.postseal.policy.Decision.Deliver;
import org.postseal.policy.Decision.Incoming;
import org.postseal.policy.Decision.Redirect;
import org.postseal.policy.Decision.Reject;
import org.postseal.policy.Facts.Content;
import org.postseal.policy.Facts.Kind;
import org.postseal.policy.Facts.Signature;

/** Policy × facts → decision, with the rule, the mailbox policy and the look-ups it took. */
class DecisionTest {
    private static final SigningSettings SIGNING =
            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, true);
    private static final EncryptionSettings ENCRYPTION =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final Protection CLEAR = new Protection.Clear();
    private static final Protection KEPT = new Protection.Kept();
    private static final Protection SIGNED = new Protection.Signed(SIGNING);
    private static final Protection ENCRYPTED = new Protection.Encrypted(ENCRYPTION);
    private static final Protection BOTH = new Protection.SignedAndEncrypted(SIGNING, ENCRYPTION);
    private static final MailAddress HOLD = MailAddress.of("hold@example.com");

    private static final String RULES = """
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
              - { id: wait, when: { direction: outbound, recipientDomain: wait.example }, then: { encrypt: required, onMissingCertificate: defer } }
              - { id: hold, when: { direction: outbound, recipientDomain: hold.example }, then: { encrypt: required, onMissingCertificate: redirect } }
              - { id: maybe, when: { direction: outbound, recipientDomain: maybe.example }, then: { sign: ifPossible, encrypt: ifPossible } }
              - { id: both, when: { recipientDomain: both.example }, then: { sign: required, encrypt: required } }
              - { id: plain, when: { direction: outbound, recipientDomain: plain.example }, then: { sign: never, encrypt: never } }
              - { id: no, when: { recipient: no@example.com }, then: reject }
              - { id: later, when: { recipient: later@example.com }, then: defer }
              - { id: away, when: { recipient: away@example.com }, then: redirect }
              - { id: closed, when: { direction: inbound, recipient: closed@example.com }, then: { decrypt: never } }
              - { id: blind, when: { direction: inbound, recipient: blind@example.com }, then: { verify: never } }
              - { id: strict, when: { direction: inbound, recipient: strict@example.com }, then: { onInvalidSignature: reject } }
              - { id: wary, when: { direction: inbound, recipient: wary@example.com }, then: { onInvalidSignature: redirect } }
              - { id: seal-in, when: { direction: inbound, recipient: seal@example.com }, then: { encrypt: required } }
              - { id: open-forwarded, when: { direction: forwarded, recipientDomain: open.example }, then: { decrypt: ifPossible } }
              - { id: replies, when: { kind: autoReply, recipientDomain: replies.example }, then: mailboxPolicy }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private static Mail alice(String recipient) {
        return Mail.ours("alice@example.com", recipient);
    }

    private static Deliver out(Protection protection) {
        return new Deliver(Incoming.AS_RECEIVED, protection);
    }

    static Stream<Arguments> byMailboxPolicy() {
        return Stream.of(
                of("signed by default", alice("bob@out.example"), NO, YES, out(SIGNED), "rest", "default", "k"),
                of(
                        "no key",
                        alice("bob@out.example"),
                        YES,
                        NO,
                        new Reject(Reason.NO_SIGNING_KEY),
                        "rest",
                        "default",
                        "k"),
                of(
                        "store down",
                        alice("bob@out.example"),
                        YES,
                        DOWN,
                        new Defer(Reason.STORE_UNAVAILABLE),
                        "rest",
                        "default",
                        "k"),
                of(
                        "by group",
                        Mail.ours("Dora@EXAMPLE.com", "bob@out.example"),
                        YES,
                        YES,
                        out(BOTH),
                        "rest",
                        "finance",
                        "kc"),
                of(
                        "by user",
                        Mail.ours("cfo@example.com", "bob@out.example"),
                        YES,
                        YES,
                        out(BOTH),
                        "rest",
                        "finance",
                        "kc"),
                of(
                        "no certificate, never clear",
                        Mail.ours("cfo@example.com", "bob@out.example"),
                        NO,
                        YES,
                        new Reject(Reason.NO_RECIPIENT_CERTIFICATE),
                        "rest",
                        "finance",
                        "kc"),
                of(
                        "certificate unknown now",
                        Mail.ours("cfo@example.com", "bob@out.example"),
                        DOWN,
                        YES,
                        new Defer(Reason.CERTIFICATE_LOOKUP_FAILED),
                        "rest",
                        "finance",
                        "kc"),
                of(
                        "internal too",
                        Mail.ours("cfo@example.com", "eve@sub.example.com"),
                        YES,
                        YES,
                        out(BOTH),
                        "rest",
                        "finance",
                        "kc"),
                of(
                        "already signed",
                        alice("bob@out.example").content(Content.SIGNED, Signature.VALID),
                        NO,
                        NO,
                        out(KEPT),
                        "rest",
                        "default",
                        "-"),
                of(
                        "already signed, unknown issuer",
                        alice("bob@out.example").content(Content.SIGNED, Signature.UNVERIFIABLE),
                        NO,
                        NO,
                        out(KEPT),
                        "rest",
                        "default",
                        "-"),
                of(
                        "already signed, but wrongly",
                        alice("bob@out.example").content(Content.SIGNED, Signature.INVALID),
                        YES,
                        YES,
                        new Reject(Reason.INVALID_SIGNATURE),
                        "rest",
                        "default",
                        "-"),
                of(
                        "already signed, encryption added",
                        Mail.ours("cfo@example.com", "bob@out.example").content(Content.SIGNED, Signature.VALID),
                        YES,
                        NO,
                        out(ENCRYPTED),
                        "rest",
                        "finance",
                        "c"),
                of(
                        "already encrypted",
                        Mail.ours("cfo@example.com", "bob@out.example").content(Content.ENCRYPTED, Signature.UNSIGNED),
                        NO,
                        NO,
                        out(KEPT),
                        "rest",
                        "finance",
                        "-"),
                of(
                        "other CMS is signed like clear",
                        alice("bob@out.example").content(Content.OTHER_CMS, Signature.UNSIGNED),
                        NO,
                        YES,
                        out(SIGNED),
                        "rest",
                        "default",
                        "k"));
    }

    static Stream<Arguments> byOrigin() {
        return Stream.of(
                of(
                        "inbound is opened",
                        Mail.theirs("bob@out.example", "alice@example.com"),
                        NO,
                        NO,
                        new Deliver(Incoming.OPEN, CLEAR),
                        "rest",
                        "",
                        "-"),
                of(
                        "inbound ciphertext",
                        Mail.theirs("bob@out.example", "alice@example.com")
                                .content(Content.ENCRYPTED, Signature.UNSIGNED),
                        NO,
                        NO,
                        new Deliver(Incoming.OPEN, KEPT),
                        "rest",
                        "",
                        "-"),
                of(
                        "inbound bad signature",
                        Mail.theirs("bob@out.example", "alice@example.com").content(Content.SIGNED, Signature.INVALID),
                        NO,
                        NO,
                        new Deliver(Incoming.OPEN, KEPT),
                        "rest",
                        "",
                        "-"),
                of(
                        "outside claims inside",
                        Mail.theirs("cfo@example.com", "alice@example.com"),
                        YES,
                        YES,
                        new Deliver(Incoming.OPEN, CLEAR),
                        "rest",
                        "",
                        "-"),
                of(
                        "forwarded is untouched",
                        Mail.theirs("bob@out.example", "carol@other.example").content(Content.SIGNED, Signature.VALID),
                        YES,
                        YES,
                        out(KEPT),
                        "rest",
                        "",
                        "-"),
                of(
                        "forwarded claims inside",
                        Mail.theirs("cfo@example.com", "carol@other.example"),
                        YES,
                        YES,
                        out(CLEAR),
                        "rest",
                        "",
                        "-"),
                of(
                        "ours with a From outside",
                        Mail.ours("bob@out.example", "carol@other.example"),
                        YES,
                        YES,
                        out(CLEAR),
                        "rest",
                        "default",
                        "-"),
                of(
                        "ours without a single From",
                        Mail.ours("", "carol@other.example").envelopeSender("alice@example.com"),
                        YES,
                        YES,
                        new Reject(Reason.ORIGIN_MAY_NOT_SIGN),
                        "rest",
                        "default",
                        "-"),
                of(
                        "a From outside does not dodge the rule",
                        Mail.ours("bob@out.example", "x@bank.example"),
                        NO,
                        YES,
                        new Reject(Reason.NO_RECIPIENT_CERTIFICATE),
                        "bank",
                        "default",
                        "c"),
                of(
                        "sign required, forwarded",
                        Mail.theirs("cfo@example.com", "x@both.example"),
                        YES,
                        YES,
                        new Reject(Reason.ORIGIN_MAY_NOT_SIGN),
                        "both",
                        "",
                        "-"),
                of(
                        "bounce is untouched",
                        alice("x@bank.example").envelopeSender("").kind(Kind.NULL_SENDER),
                        YES,
                        YES,
                        out(CLEAR),
                        Decider.AUTOMATIC_RULE,
                        "",
                        "-"),
                of(
                        "inbound bounce is untouched",
                        Mail.theirs("mailer-daemon@out.example", "no@example.com")
                                .kind(Kind.NULL_SENDER)
                                .content(Content.ENCRYPTED, Signature.UNSIGNED),
                        YES,
                        YES,
                        out(KEPT),
                        Decider.AUTOMATIC_RULE,
                        "",
                        "-"),
                of(
                        "auto-reply is untouched",
                        alice("x@bank.example").kind(Kind.AUTO_REPLY),
                        YES,
                        YES,
                        out(CLEAR),
                        Decider.AUTOMATIC_RULE,
                        "",
                        "-"),
                of(
                        "auto-reply that a rule names",
                        alice("x@replies.example").kind(Kind.AUTO_REPLY),
                        YES,
                        YES,
                        out(SIGNED),
                        "replies",
                        "default",
                        "k"));
    }

    static Stream<Arguments> byRule() {
        return Stream.of(
                of("overlay adds", alice("x@bank.example"), YES, YES, out(BOTH), "bank", "default", "kc"),
                of(
                        "reject is the default",
                        alice("x@bank.example"),
                        NO,
                        YES,
                        new Reject(Reason.NO_RECIPIENT_CERTIFICATE),
                        "bank",
                        "default",
                        "kc"),
                of(
                        "defer on missing",
                        alice("x@wait.example"),
                        NO,
                        YES,
                        new Defer(Reason.RECIPIENT_CERTIFICATE_AWAITED),
                        "wait",
                        "default",
                        "kc"),
                of(
                        "redirect on missing",
                        alice("x@hold.example"),
                        NO,
                        YES,
                        new Redirect(HOLD, Reason.NO_RECIPIENT_CERTIFICATE),
                        "hold",
                        "default",
                        "kc"),
                of(
                        "look-up failure is not missing",
                        alice("x@hold.example"),
                        DOWN,
                        YES,
                        new Defer(Reason.CERTIFICATE_LOOKUP_FAILED),
                        "hold",
                        "default",
                        "kc"),
                of("encrypt if possible: yes", alice("x@maybe.example"), YES, YES, out(BOTH), "maybe", "default", "kc"),
                of("encrypt if possible: no", alice("x@maybe.example"), NO, YES, out(SIGNED), "maybe", "default", "kc"),
                of(
                        "encrypt if possible: unknown",
                        alice("x@maybe.example"),
                        DOWN,
                        YES,
                        new Defer(Reason.CERTIFICATE_LOOKUP_FAILED),
                        "maybe",
                        "default",
                        "kc"),
                of(
                        "if possible does not weaken",
                        alice("x@maybe.example"),
                        YES,
                        NO,
                        new Reject(Reason.NO_SIGNING_KEY),
                        "maybe",
                        "default",
                        "k"),
                of("never does not weaken", alice("x@plain.example"), YES, YES, out(SIGNED), "plain", "default", "k"),
                of(
                        "never does not weaken finance",
                        Mail.ours("cfo@example.com", "x@plain.example"),
                        YES,
                        YES,
                        out(BOTH),
                        "plain",
                        "finance",
                        "kc"),
                of("reject", alice("no@example.com"), YES, YES, new Reject(Reason.POLICY_REFUSED), "no", "", "-"),
                of("defer", alice("later@example.com"), YES, YES, new Defer(Reason.POLICY_DEFERRED), "later", "", "-"),
                of(
                        "redirect",
                        alice("away@example.com"),
                        YES,
                        YES,
                        new Redirect(HOLD, Reason.POLICY_REFUSED),
                        "away",
                        "",
                        "-"),
                of(
                        "never decrypt",
                        Mail.theirs("b@out.example", "closed@example.com")
                                .content(Content.ENCRYPTED, Signature.UNSIGNED),
                        NO,
                        NO,
                        new Deliver(Incoming.VERIFY, KEPT),
                        "closed",
                        "",
                        "-"),
                of(
                        "never verify",
                        Mail.theirs("b@out.example", "blind@example.com").content(Content.SIGNED, Signature.VALID),
                        NO,
                        NO,
                        out(KEPT),
                        "blind",
                        "",
                        "-"),
                of(
                        "bad signature refused",
                        Mail.theirs("b@out.example", "strict@example.com").content(Content.SIGNED, Signature.INVALID),
                        NO,
                        NO,
                        new Reject(Reason.INVALID_SIGNATURE),
                        "strict",
                        "",
                        "-"),
                of(
                        "bad signature under encryption not told",
                        Mail.theirs("b@out.example", "strict@example.com")
                                .content(Content.ENCRYPTED, Signature.INVALID),
                        NO,
                        NO,
                        new Deliver(Incoming.OPEN, KEPT),
                        "strict",
                        "",
                        "-"),
                of(
                        "good signature passes",
                        Mail.theirs("b@out.example", "strict@example.com").content(Content.SIGNED, Signature.VALID),
                        NO,
                        NO,
                        new Deliver(Incoming.OPEN, KEPT),
                        "strict",
                        "",
                        "-"),
                of(
                        "bad signature redirected",
                        Mail.theirs("b@out.example", "wary@example.com").content(Content.SIGNED, Signature.INVALID),
                        NO,
                        NO,
                        new Redirect(HOLD, Reason.INVALID_SIGNATURE),
                        "wary",
                        "",
                        "-"),
                of(
                        "inbound sealed",
                        Mail.theirs("b@out.example", "seal@example.com"),
                        YES,
                        NO,
                        new Deliver(Incoming.OPEN, ENCRYPTED),
                        "seal-in",
                        "",
                        "c"),
                of(
                        "what meets a demand is not opened",
                        Mail.theirs("b@out.example", "seal@example.com").content(Content.ENCRYPTED, Signature.UNSIGNED),
                        YES,
                        NO,
                        out(KEPT),
                        "seal-in",
                        "",
                        "-"),
                of(
                        "forwarded opened when asked",
                        Mail.theirs("b@out.example", "x@open.example").content(Content.ENCRYPTED, Signature.UNSIGNED),
                        NO,
                        NO,
                        new Deliver(Incoming.OPEN, KEPT),
                        "open-forwarded",
                        "",
                        "-"));
    }

    private static Arguments of(
            String name,
            Mail mail,
            Fact certificate,
            Fact key,
            Decision decision,
            String rule,
            String mailboxPolicy,
            String asked) {
        return Arguments.of(name, mail, certificate, key, decision, rule, mailboxPolicy, asked);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"byMailboxPolicy", "byOrigin", "byRule"})
    void decides(
            String name,
            Mail mail,
            Fact certificate,
            Fact key,
            Decision decision,
            String rule,
            String mailboxPolicy,
            String asked) {
        FakeCertificates certificates = new FakeCertificates(certificate, key);
        Ruling ruling = Policies.load(RULES).decide(mail.facts(), certificates);
        assertThat(ruling.decision()).isEqualTo(decision);
        assertThat(ruling.recipient()).isEqualTo(mail.facts().recipient());
        assertThat(ruling.explanation().rule()).isEqualTo(rule);
        assertThat(ruling.explanation().mailboxPolicy()).isEqualTo(mailboxPolicy);
        assertThat(certificates.asked()).isEqualTo(asked);
        assertThat(ruling.explanation().steps()).isNotEmpty().doesNotContain("");
    }
}
