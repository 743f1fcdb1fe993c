package org.postseal.policy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.record.DirectoryWords;
import org.postseal.policy.record.FactsText;
import org.postseal.policy.record.LoggedDirectory;
import org.postseal.policy.yaml.Problem;

class CaseFileTest {
    private static final RuleSet POLICY = ((RuleSet.Loaded) RuleSet.read("policy.yaml", """
                    version: 1
                    internal: [example.com]
                    quarantine: hold@example.com
                    rules:
                      - { id: bank, when: { direction: outbound, recipientDomain: bank.example },
                          then: { sign: required, encrypt: required } }
                      - { id: held, when: { subject: "[hold]" }, then: redirect }
                      - { id: maybe, when: { direction: outbound }, then: { encrypt: ifPossible } }
                      - { id: rest, when: always, then: mailboxPolicy }
                    """)).ruleSet();

    @Test
    void everyRecipientIsComparedWithWhatIsWrittenForHim() {
        List<PolicyCase.Result> results = run("""
                version: 1
                defaults:
                  message: { from: alice@example.com, subject: offer }
                  to: bob@bank.example
                  directory:
                    certificates: { "*": missing, bank.example: usable }
                    keys: { example.com: soft }
                cases:
                  - name: both
                    expect:
                      decision: deliver
                      protection: signedAndEncrypted
                      cipher: AES256-CBC
                      digest: SHA256
                      rule: bank
                      direction: outbound
                  - name: three recipients
                    to: [bob@bank.example, eve@bank.example, dan@partner.example]
                    directory: { certificates: { EVE@bank.example: expired } }
                    expect:
                      bob@bank.example: { protection: signedAndEncrypted }
                      eve@bank.example:
                        reason: NO_RECIPIENT_CERTIFICATE
                        reply: 550 5.7.1 Encryption is required and no usable certificate is known for this recipient
                      dan@partner.example: { decision: deliver, protection: clear, rule: maybe }
                  - name: on hold
                    message: { subject: "=?utf-8?q?=5Bhold=5D?=" }
                    to: dan@partner.example
                    expect: { decision: redirect, redirectTo: hold@example.com, reason: POLICY_REFUSED }
                """);
        assertThat(results)
                .extracting(result -> result.ofCase().name() + " " + result.isPassed())
                .containsExactly("both true", "three recipients true", "on hold true");
    }

    @Test
    void aCaseSaysWhatTheEncryptionItCameWithIs() {
        List<PolicyCase.Result> results = run("""
                version: 1
                defaults:
                  message: { from: alice@example.com, content: encrypted, encryptedWith: AES256 }
                  to: [bob@bank.example, eve@bank.example]
                  directory: { certificates: { bob@bank.example: usable, eve@bank.example: usable } }
                cases:
                  - name: for both
                    expect: { decision: deliver, protection: kept }
                  - name: for one of them
                    message: { encryptedFor: bob@bank.example }
                    expect:
                      bob@bank.example: { decision: deliver, protection: kept }
                      eve@bank.example:
                        reason: ENCRYPTED_FOR_OTHERS
                        reply: 550 5.7.1 Encryption is required and this message is not encrypted for this recipient
                  - name: for somebody else
                    message: { encryptedFor: carl@bank.example }
                    directory: { certificates: { eve@bank.example: missing } }
                    expect:
                      bob@bank.example: { reason: ENCRYPTED_FOR_OTHERS }
                      eve@bank.example: { reason: NO_RECIPIENT_CERTIFICATE }
                  - name: none
                    message: { encryptionDoubt: contentReadable }
                    expect: { decision: reject, reason: ENCRYPTION_DOUBTFUL }
                """);
        assertThat(results)
                .extracting(result -> result.ofCase().name() + " " + result.isPassed())
                .containsExactly("for both true", "for one of them true", "for somebody else true", "none true");
        Facts facts = results.getLast().ofCase().facts(POLICY, MailAddress.of("bob@bank.example"));
        assertThat(FactsText.of(facts)).containsEntry("encryptionDoubt", List.of("contentReadable"));
        assertThat(FactsText.read(FactsText.of(facts), Optional.empty(), facts.recipient(), 1)
                        .orElseThrow()
                        .existing())
                .isEqualTo(facts.existing());
    }

    @Test
    void aLogOfTheDirectoryAnswersForWhomACiphertextIs() {
        for (DirectoryFacts.Match match : List.of(
                new DirectoryFacts.Match.ByCertificate(),
                new DirectoryFacts.Match.ByKey(),
                new DirectoryFacts.Match.ByNone(),
                new DirectoryFacts.Match.NotKnown(new CertificateStatus.Missing()),
                new DirectoryFacts.Match.LookupFailed("the look-up fails"))) {
            String word = DirectoryWords.word(match);
            assertThat(new LoggedDirectory(List.of("ciphertext=" + word)).ciphertextMatch())
                    .isEqualTo(match);
        }
        assertThat(new LoggedDirectory(List.of()).ciphertextMatch())
                .isInstanceOf(DirectoryFacts.Match.LookupFailed.class);
    }

    @Test
    void aDifferenceTellsWhatWasExpectedAndFound() {
        PolicyCase.Result result = run("""
                version: 1
                cases:
                  - name: wrong
                    message: { from: alice@example.com }
                    to: bob@bank.example
                    expect: { decision: deliver, protection: encrypted, rule: bank, mailboxPolicy: default }
                """).getFirst();
        assertThat(result.isPassed()).isFalse();
        assertThat(result.recipients().getFirst().differences())
                .containsExactly(
                        new Expectation.Difference("decision", "deliver", Optional.of("reject")),
                        new Expectation.Difference("protection", "encrypted", Optional.empty()),
                        new Expectation.Difference("mailboxPolicy", "default", Optional.empty()));
        assertThat(result.recipients().getFirst().outcome().steps())
                .containsExactly(
                        "direction outbound: the origin may submit for us, bob@bank.example is outside",
                        "rule bank matches: direction, recipientDomain",
                        "the rule asks sign: required",
                        "the rule asks encrypt: required",
                        "refused: key of alice@example.com: no certificate");
    }

    @Test
    void everyFactOfAMessageCanBeWritten() {
        Facts facts = only("""
                version: 1
                cases:
                  - name: all of them
                    message:
                      origin: inbound
                      reversePath: bounce@list.example
                      peer: 192.0.2.7
                      tls: { version: "1.3", verified: true }
                      authenticated: CN=mx.list.example
                      time: "2026-03-04T22:15:00Z"
                      from: ann@list.example
                      subject: hello
                      headers: { X-Spam: "no", Received: [one, two] }
                      size: 4711
                      contentType: Multipart/Signed
                      kind: autoReply
                      traits: [mailingList, reply]
                      content: signed
                      signature: unverifiable
                      signedBy: ann@list.example
                      signerIssuer: CN=Some CA
                      signedWith: SHA1
                      encryptedWith: TripleDES
                      suspicious: openAddress
                      answersForFrom: true
                      bcc: bob@example.com
                    to: bob@example.com
                    expect: { decision: deliver }
                """);
        assertThat(facts.peer().maySubmit()).isFalse();
        assertThat(FactsText.of(facts))
                .containsExactly(
                        Map.entry("origin", List.of("inbound")),
                        Map.entry("answersForFrom", List.of("true")),
                        Map.entry("peer", List.of("192.0.2.7")),
                        Map.entry("tls", List.of("1.3")),
                        Map.entry("tlsVerified", List.of("true")),
                        Map.entry("authenticated", List.of("CN=mx.list.example")),
                        Map.entry("from", List.of("ann@list.example")),
                        Map.entry("contentType", List.of("multipart/signed")),
                        Map.entry("kind", List.of("autoReply")),
                        Map.entry("traits", List.of("mailingList", "reply")),
                        Map.entry("time", List.of("2026-03-04T22:15:00Z")),
                        Map.entry("content", List.of("signed")),
                        Map.entry("signature", List.of("unverifiable")),
                        Map.entry("signedBy", List.of("ann@list.example")),
                        Map.entry("signerIssuer", List.of("CN=Some CA")),
                        Map.entry("signedWith", List.of("SHA1")),
                        Map.entry("encryptedWith", List.of("TripleDES")),
                        Map.entry("unauthenticated", List.of("true")),
                        Map.entry("suspicious", List.of("openAddress")),
                        Map.entry("visible", List.of("false")));
        assertThat(facts.message().headers())
                .isEqualTo(Map.of(
                        "subject", List.of("hello"), "x-spam", List.of("no"), "received", List.of("one", "two")));
        assertThat(facts.message().size()).isEqualTo(4711);
        assertThat(facts.message().envelopeSender()).contains(MailAddress.of("bounce@list.example"));
        // The facts are read again from the words of the audit log, except for the header.
        Facts again = FactsText.read(
                        FactsText.of(facts),
                        facts.message().envelopeSender(),
                        facts.recipient(),
                        facts.message().size())
                .orElseThrow();
        assertThat(FactsText.of(again)).isEqualTo(FactsText.of(facts));
        assertThat(again.message().headers()).isEmpty();
    }

    @Test
    void whatIsNotWrittenIsOrdinary() {
        Facts ours = only(minimal("from: alice@example.com"));
        assertThat(ours.peer()).isEqualTo(Facts.Peer.of(true));
        assertThat(ours.message().envelopeSender()).contains(MailAddress.of("alice@example.com"));
        assertThat(ours.message().kind()).isEqualTo(Facts.Kind.ORDINARY);
        assertThat(ours.existing()).isEqualTo(Facts.Existing.NONE);
        assertThat(ours.visible()).isTrue();
        assertThat(only(minimal("from: eve@out.example")).peer().maySubmit()).isFalse();
        assertThat(only(minimal("from: alice@example.com, origin: inbound"))
                        .peer()
                        .maySubmit())
                .isFalse();
        assertThat(only(minimal("from: eve@out.example, reversePath: alice@example.com"))
                        .peer()
                        .maySubmit())
                .isTrue();
        assertThat(only(minimal("reversePath: \"<>\"")).message().kind()).isEqualTo(Facts.Kind.NULL_SENDER);
        assertThat(only(minimal("headers: { Auto-Submitted: auto-replied }"))
                        .message()
                        .kind())
                .isEqualTo(Facts.Kind.AUTO_REPLY);
        assertThat(only(minimal("headers: { Auto-Submitted: \"no\" }"))
                        .message()
                        .kind())
                .isEqualTo(Facts.Kind.ORDINARY);
        assertThat(only(minimal("content: signed")).existing().signature()).isEqualTo(Facts.Signature.VALID);
    }

    @Test
    void thePartsOfAMessageCanBeWritten() {
        Parts parts = only(minimal(
                        "parts: [{ contentType: Text/HTML }, { contentType: application/pdf, fileName: Offer.pdf }]"))
                .message()
                .parts();
        assertThat(parts.all())
                .containsExactly(
                        Part.of("multipart/mixed", Optional.empty()),
                        Part.of("text/html", Optional.empty()),
                        Part.of("application/pdf", Optional.of("Offer.pdf")));
        assertThat(only(minimal("contentType: multipart/related, parts: [{ contentType: image/png }]"))
                        .message()
                        .mediaType())
                .isEqualTo("multipart/related");
        assertThat(only(minimal("from: a@b.example")).message().parts().all())
                .containsExactly(Part.of("text/plain", Optional.empty()));
        assertThat(problems(minimal("parts: [{ contentType: text, file: a }, { fileName: b }]"), MessageFiles.none()))
                .containsExactly(
                        "c.yaml:4: cases[0].message.parts[0].contentType: must be a media type such as text/plain,"
                                + " not 'text'",
                        "c.yaml:4: cases[0].message.parts[0].file: unknown key (valid: contentType, fileName)",
                        "c.yaml:4: cases[0].message.parts[1].contentType: missing");
    }

    @Test
    void aMessageOfAFileIsReadByTheCaller() {
        String yaml = minimal("file: offer.eml, reversePath: \"<>\", origin: submission");
        Facts read = only(minimal("from: carol@example.com, subject: \"[hold]\", size: 12, content: signed"));
        MessageFiles files = name -> name.equals("offer.eml")
                ? new MessageFiles.Reading.Read(_ -> read)
                : new MessageFiles.Reading.Unreadable("is not there");
        PolicyCase ofFile = load(yaml, files).getFirst();
        Facts facts = ofFile.facts(POLICY, MailAddress.of("bob@example.com"));
        assertThat(facts.message().from()).contains(MailAddress.of("carol@example.com"));
        assertThat(facts.message().size()).isEqualTo(12);
        assertThat(facts.message().kind()).isEqualTo(Facts.Kind.NULL_SENDER);
        assertThat(facts.message().envelopeSender()).isEmpty();
        assertThat(facts.existing().signature()).isEqualTo(Facts.Signature.VALID);
        assertThat(facts.peer().maySubmit()).isTrue();
        assertThat(problems(minimal("file: other.eml, subject: x"), files))
                .containsExactly(
                        "c.yaml:4: cases[0].message.file: cannot be combined with subject, which the file itself gives",
                        "c.yaml:4: cases[0].message.file: is not there");
    }

    @Test
    void aMessageThatNoPolicyWouldSeeHasItsRefusalAsOutcome() {
        MessageFiles files = _ -> new MessageFiles.Reading.Refused(Reason.MAIL_LOOP, "100 Received fields");
        Outcome outcome =
                load(minimal("file: loop.eml"), files).getFirst().outcome(POLICY, MailAddress.of("bob@example.com"));
        assertThat(outcome.values())
                .isEqualTo(
                        Map.of("decision", "reject", "reason", "MAIL_LOOP", "reply", "554 5.4.6 Mail loop detected"));
        assertThat(outcome.steps()).containsExactly("refused before the policy is asked: 100 Received fields");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertThat(problems("""
                version: 2
                defaults:
                  mesage: { from: a@b.example }
                cases:
                  - name: one
                    message: { from: alice, orign: mx, kind: ordinry, tls: { verified: maybe }, peer: localhost }
                    directory: { certificates: { a@: usable, "*.x.example": usabel }, keys: { a@b.example: usable } }
                    to: [a@b.example, a@B.example]
                    expect: { decison: deliver, protection: encryptd, c@d.example: { rule: x } }
                  - name: one
                    expect: { decison: deliver, protection: encryptd }
                  - { name: two, to: a@b.example }
                  - name: three
                    message: { headers: { "a b": x }, time: today, size: -1, contentType: text }
                    to: a@b.example
                    expect: {}
                """, MessageFiles.none()))
                .containsExactly(
                        "c.yaml:1: version: must be 1, not '2'",
                        "c.yaml:3: defaults.mesage: unknown key (nearest: message)",
                        "c.yaml:6: cases[0].message.peer: must be an IP address, not 'localhost'",
                        "c.yaml:6: cases[0].message.tls.version: missing",
                        "c.yaml:6: cases[0].message.tls.verified: must be true or false, not 'maybe'",
                        "c.yaml:6: cases[0].message.from: must be a mail address, not 'alice'",
                        "c.yaml:6: cases[0].message.kind: unknown value 'ordinry' (nearest: ordinary)",
                        "c.yaml:6: cases[0].message.orign: unknown key (nearest: origin)",
                        "c.yaml:7: cases[0].directory.certificates.a@:"
                                + " must be for a mail address, a domain, *.domain or *",
                        "c.yaml:7: cases[0].directory.certificates.*.x.example:"
                                + " unknown value 'usabel' (nearest: usable)",
                        "c.yaml:7: cases[0].directory.keys.a@b.example: unknown value 'usable'",
                        "c.yaml:8: cases[0].to[1]: is given twice",
                        "c.yaml:9: cases[0].expect.decison: stands beside recipients; write it below each of them",
                        "c.yaml:9: cases[0].expect.protection: stands beside recipients; write it below each of them",
                        "c.yaml:9: cases[0].expect.c@d.example: is not among the recipients (nearest: a@B.example)",
                        "c.yaml:10: cases[1].name: duplicate name, first given on line 5",
                        "c.yaml:10: cases[1]: has no recipient: neither the case nor the defaults say to",
                        "c.yaml:11: cases[1].expect.protection: unknown value 'encryptd' (nearest: encrypted)",
                        "c.yaml:11: cases[1].expect.decison: unknown key (nearest: decision)",
                        "c.yaml:12: cases[2].expect: missing",
                        "c.yaml:14: cases[3].message.time: must be a time such as 2026-01-07T10:00:00Z, not 'today'",
                        "c.yaml:14: cases[3].message.headers.a b: must be the name of a header field",
                        "c.yaml:14: cases[3].message.size: must be a whole number from 0 to 1099511627776, not '-1'",
                        "c.yaml:14: cases[3].message.contentType: must be a media type such as text/plain, not 'text'",
                        "c.yaml:16: cases[3].expect: expects nothing");
    }

    @Test
    void keysCapabilitiesAndSettingsCount() {
        List<PolicyCase.Result> results = run("""
                version: 1
                defaults:
                  message: { from: alice@example.com }
                  directory: { keys: { "*": { key: EC 256, place: hardware } } }
                cases:
                  - name: known to read more
                    to: bob@bank.example
                    directory:
                      certificates: { bob@bank.example: { key: RSA 3072, reads: [AES256-CBC, OAEP-SHA256] } }
                    expect:
                      protection: signedAndEncrypted
                      cipher: AES256-CBC
                      settings: { RequireEncryptionSMIMEAlgorithm: AES256, AllowSMIMESoftCerts: true }
                  - name: too small a key
                    to: bob@bank.example
                    directory: { certificates: { bob@bank.example: { key: RSA 1024 } } }
                    expect: { decision: deliver, settings: { RequireEncryptionSMIMEAlgorithm: AES128 } }
                """);
        assertThat(results.get(0).isPassed()).isTrue();
        assertThat(results.get(1).recipients().getFirst().differences())
                .containsExactly(
                        new Expectation.Difference("decision", "deliver", Optional.of("reject")),
                        new Expectation.Difference(
                                "settings.RequireEncryptionSMIMEAlgorithm", "AES128", Optional.of("AES256")));
        assertThat(problems(
                        minimal("from: a@b.example")
                                .replace(
                                        "to:",
                                        "directory: { certificates: { x@y.example: { key: RSA,"
                                                + " reads: [AES-256], sorce: x } } }\n    to:"),
                        MessageFiles.none()))
                .containsExactly(
                        "c.yaml:5: cases[0].directory.certificates.x@y.example.key:"
                                + " must be a kind of key and its bits such as RSA 2048, not 'RSA'",
                        "c.yaml:5: cases[0].directory.certificates.x@y.example.reads[0]: must be one of "
                                + String.join(", ", DirectoryWords.READS) + ", not 'AES-256'",
                        "c.yaml:5: cases[0].directory.certificates.x@y.example.sorce: unknown key (nearest: source)");
    }

    @Test
    void whatADirectorySaidIsRememberedWhole() {
        for (String text : List.of(
                "usable",
                "expired",
                "lookupFailed",
                "usable EC 256 verifiedMail AES128-CBC AES256-GCM OAEP-SHA256",
                "usable RSA 2048 unknown")) {
            assertThat(DirectoryWords.fact(text).map(DirectoryWords::word)).contains(text);
        }
        for (String text : List.of(
                "",
                "usable RSA",
                "usable RSA x unknown",
                "usable RSA 2048 nowhere",
                "usable RSA 2048 unknown ROT13",
                "gone")) {
            assertThat(DirectoryWords.fact(text)).isEmpty();
        }
    }

    @Test
    void aFileWithoutCasesIsWrong() {
        assertThat(problems("version: 1\ncases: []\n", MessageFiles.none()))
                .containsExactly("c.yaml:2: cases: has no case");
        assertThat(problems("version: 1\n", MessageFiles.none())).containsExactly("c.yaml:1: cases: missing");
        assertThat(problems("- 1\n", MessageFiles.none())).hasSize(1);
    }

    private static String minimal(String message) {
        return """
                version: 1
                cases:
                  - name: x
                    message: { %s }
                    to: bob@example.com
                    expect: { decision: deliver }
                """.formatted(message);
    }

    private static Facts only(String yaml) {
        PolicyCase only = load(yaml, MessageFiles.none()).getFirst();
        return only.facts(POLICY, only.recipients().getFirst());
    }

    private static List<PolicyCase.Result> run(String yaml) {
        return load(yaml, MessageFiles.none()).stream()
                .map(each -> each.run(POLICY))
                .toList();
    }

    private static List<PolicyCase> load(String yaml, MessageFiles files) {
        CaseFile.Reading reading = CaseFile.read("c.yaml", yaml, files);
        assertThat(reading).isInstanceOf(CaseFile.Reading.Loaded.class);
        return ((CaseFile.Reading.Loaded) reading).file().cases();
    }

    private static List<String> problems(String yaml, MessageFiles files) {
        CaseFile.Reading reading = CaseFile.read("c.yaml", yaml, files);
        assertThat(reading).isInstanceOf(CaseFile.Reading.Broken.class);
        return ((CaseFile.Reading.Broken) reading)
                .problems().stream().map(Problem::toString).toList();
    }
}
