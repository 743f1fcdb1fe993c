package org.postseal.gateway.e2e.programs;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A message that the gateway passes on to a mail program.
 *
 * @param id names it in its Message-ID, its Subject, its text and the file with its picture
 * @param words says in the table what it is
 * @param then what the policy does with it; empty for the rule that all mail from outside has
 * @param to the reader, who is outside for mail of our users
 */
record ProgramCase(String id, String words, String then, String to) {
    private static final String GCM =
            "encrypt: required, RequireEncryptionSMIMEAlgorithm: AES256-GCM, recipientsRead: [AES256-GCM, PKCS1]";
    private static final String OAEP =
            "encrypt: required, RSAKeyTransport: OAEP-SHA256, recipientsRead: [AES256, OAEP-SHA256]";
    private static final String HIDDEN = "sign: required, encrypt: required, hideSubject: true";

    static final List<ProgramCase> ALL = Stream.concat(
                    Stream.of(
                            sent("out-signed", "signed", "sign: required"),
                            sent("out-encrypted", "encrypted, AES-256-CBC, RSA v1.5", "encrypt: required"),
                            sent("out-oaep", "encrypted, AES-256-CBC, RSA OAEP SHA-256", OAEP),
                            new ProgramCase(
                                    "out-ecdh",
                                    "encrypted, AES-256-CBC, ECDH P-256",
                                    "encrypt: required",
                                    ProgramRoad.DORA),
                            sent("out-gcm", "encrypted, AES-256-GCM, RSA v1.5", GCM),
                            sent("out-both", "signed and encrypted", "sign: required, encrypt: required"),
                            sent("out-hidden", "signed and encrypted, with a hidden Subject", HIDDEN)),
                    Stream.of(
                            received("in-signed", "signed"),
                            received("in-opaque", "signed, the text within the signature"),
                            received("in-encrypted", "encrypted"),
                            received("in-both", "signed and encrypted"),
                            received("in-hidden", "encrypted, with a hidden Subject"),
                            new ProgramCase(
                                    "in-closed",
                                    "signed and encrypted, and the policy leaves it closed",
                                    "decrypt: never",
                                    ProgramRoad.ALICE),
                            received("in-tagged", "without a signature, and its sender has written our tag"),
                            received("in-altered", "signed, and the text was changed afterwards"),
                            received("in-other", "signed by somebody who is not the author"),
                            received("in-stranger", "signed with a certificate of an unknown authority"),
                            received("in-late", "signed three hours after its Date"),
                            received("in-sha1", "signed with SHA-1"),
                            received("in-quoted", "signed, and the boundary has a quoted pair"),
                            received("in-attack", "the same, and a text for programs that read it wrongly"),
                            received("in-subject", "signed with another Subject than it shows"),
                            received("in-footer", "signed, with a footer of a mailing list around it"),
                            received("in-damaged", "encrypted, and the ciphertext was changed on its way")))
            .toList();

    private static ProgramCase sent(String id, String words, String then) {
        return new ProgramCase(id, words, then, ProgramRoad.BOB);
    }

    private static ProgramCase received(String id, String words) {
        return new ProgramCase(id, words, "", ProgramRoad.ALICE);
    }

    /** Returns the policy with a rule for each message that asks for one. */
    static String policy() {
        return ALL.stream()
                .filter(each -> !each.then.isEmpty())
                .map(each -> "  - { id: " + each.id + ", when: { subject: \"" + each.subject() + "\" }, then: { "
                        + each.then + " } }\n")
                .collect(Collectors.joining("", """
                        version: 1
                        internal: [example.com]
                        rules:
                        """, """
                          - id: by-hand
                            when: { direction: outbound, subject: "Sent by hand" }
                            then: { sign: required, encrypt: required }
                          - id: tagged
                            when: { direction: inbound }
                            then:
                              subjectTag: { unsigned: "[unsigned]", valid: "[signed]", invalid: "[BAD]", unverifiable: "[?]" }
                          - { id: rest, when: always, then: mailboxPolicy }
                        """));
    }

    boolean isOutbound() {
        return to.endsWith("@partner.example");
    }

    String subject() {
        return "Figures " + id;
    }

    String text() {
        return "Text of " + id;
    }
}
